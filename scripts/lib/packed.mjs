// The package as npm would publish it, installed in a project without network, Rust or anything of the checkout.
import { copyFileSync, cpSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { addLicence } from './licences.mjs';
import { npmCommand, quiet } from './npm.mjs';
import { builtAddons, root } from './paths.mjs';
import { SetupError, capture } from './run.mjs';

/** An address at which nobody listens. */
const NO_REGISTRY = 'http://127.0.0.1:9/';

/** Packs the main package and that of this platform. @returns {Promise<string[]>} the tarballs */
export async function packBoth(folder) {
  const [addon] = builtAddons();
  const platform = /^forkwire\.(.+)\.node$/.exec(addon)[1];
  const binding = join(folder, platform);
  cpSync(join(root, 'npm', platform), binding, { recursive: true });
  copyFileSync(join(root, addon), join(binding, addon));
  addLicence(binding);
  return [await pack(root, folder), await pack(binding, folder)];
}

async function pack(source, folder) {
  const output = await npm(['pack', '--json', '--pack-destination', folder, ...quiet], { cwd: source });
  const [{ filename }] = JSON.parse(output.slice(output.indexOf('[')));
  return join(folder, basename(filename));
}

/** Installs tarballs into an empty project. @returns what runs a program, and a command of a package, there */
export async function installInto(folder, tarballs) {
  const project = join(folder, 'project');
  const bin = join(folder, 'bin');
  const home = join(folder, 'home');
  for (const path of [project, bin, home]) mkdirSync(path);
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  symlinkSync(process.execPath, join(bin, basename(process.execPath)));
  // Inherits nothing: no Rust, no settings of npm, no variables of the checkout's scripts.
  const env = { PATH: bin, HOME: home, TMPDIR: tmpdir() };
  const offline = ['--offline', '--registry', NO_REGISTRY, '--cache', join(home, 'cache')];
  await npm(['install', ...offline, ...quiet, ...tarballs], { cwd: project, env });
  return {
    project,
    run: (args) => capture(process.execPath, args, { cwd: project, env }),
    // npm starts commands through a shell.
    npx: (words) => {
      const [program, ...first] = npmCommand();
      const withShell = { ...env, PATH: [bin, process.env.PATH].join(delimiter) };
      return capture(program, [...first, 'exec', ...offline, '--', ...words], {
        cwd: project,
        env: withShell,
      });
    },
  };
}

/** Lends the project the checkout's types of Node, which would otherwise come from a registry. */
export function lendNodeTypes(project) {
  mkdirSync(join(project, 'node_modules', '@types'), { recursive: true });
  symlinkSync(join(root, 'node_modules', '@types', 'node'), join(project, 'node_modules', '@types', 'node'));
}

export const kilobytes = (file) => Math.ceil(statSync(file).size / 1000);

async function npm(args, options) {
  const [program, ...first] = npmCommand();
  const { code, output } = await capture(program, [...first, ...args], options);
  if (code !== 0) throw new SetupError(`${output}\nnpm ${args[0]} failed.`);
  return output;
}
