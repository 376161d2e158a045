// Paths for everything in scripts/, so that no script depends on the working directory.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the checkout. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** State and downloads of set-up; ignored by git, safe to delete at any time. */
export const cache = join(root, '.cache');

/**
 * The script behind a command of an installed package, to be run by `process.execPath`: this needs neither a
 * shell nor PATH, and works the same on Windows.
 *
 * @param {string} packageName as in package.json's devDependencies
 * @param {string} [command] the command's name; by default the package's only one
 */
export function commandOf(packageName, command) {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = readJson(join(folder, 'package.json'));
  return join(folder, typeof bin === 'string' ? bin : command ? bin[command] : Object.values(bin)[0]);
}

/** The platforms that have a package of their own in `npm/` of a checkout. */
export function platformsOf(folder = root) {
  return readdirSync(join(folder, 'npm'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** The addons for this system that lie at the top (normally one). */
export function builtAddons() {
  const system = `forkwire.${process.platform}-${process.arch}`;
  return readdirSync(root).filter((name) => name.startsWith(system) && name.endsWith('.node'));
}

export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
