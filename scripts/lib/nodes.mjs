// Versions of Node other than the current one, installed from npm into .cache/nodes/.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmEnv } from './extra-certs.mjs';
import { npmCommand, quiet } from './npm.mjs';
import { cache, readJson } from './paths.mjs';
import { SetupError, capture, step } from './run.mjs';

const here = { os: process.platform, arch: process.arch };

/**
 * The newest release of a major version, or the one that is installed already.
 *
 * @param {string} major
 * @param {{os: string, arch: string}} [system] to install it for, in npm's names; by default this one
 * @returns {Promise<{path: string, version: string}>}
 */
export async function installNode(major, { os: platform, arch } = here) {
  const os = platform === 'win32' ? 'win' : platform;
  const name = `node-${os}-${arch}`;
  const own = platform === here.os && arch === here.arch;
  const folder = join(cache, 'nodes', own ? major : `${os}-${arch}-${major}`);
  const path = join(folder, 'node_modules', name, 'bin', os === 'win' ? 'node.exe' : 'node');
  const versionOf = own ? askVersion : readVersion;
  const version = await versionOf(path);
  if (version) return { path, version };
  // Made next to its final place and then renamed, so that an interrupted installation does not look complete.
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, 'package.json'), '{"private": true}\n');
  await step(`installing Node ${major} (${name})`, async () => {
    const [npm, ...first] = npmCommand();
    const rest = ['install', `${name}@${major}`, '--prefix', fresh, ...(own ? [] : ['--force']), ...quiet];
    const { code, output } = await capture(npm, [...first, ...rest], { cwd: fresh, env: npmEnv() });
    if (code !== 0) throw new SetupError(`${output}\nNode ${major} could not be installed from npm.`);
  });
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  const installed = await versionOf(path);
  if (!installed)
    throw new SetupError(`Node ${major} was installed, but does not run: ${path}\n${readdirSync(folder)}`);
  return { path, version: installed };
}

async function askVersion(path) {
  const { code, output } = await capture(path, ['--version']);
  return code === 0 ? output.trim().slice(1) : undefined;
}

/** For a Node that does not run here. */
async function readVersion(path) {
  return existsSync(path) ? readJson(join(path, '..', '..', 'package.json')).version : undefined;
}
