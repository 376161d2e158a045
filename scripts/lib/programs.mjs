// Programs and runtimes that the suite runs with forkwire in place of node:child_process, installed from npm into
// .cache/programs/. Versions are pinned: a failure is then ours, and not that of a release of today.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmEnv } from './extra-certs.mjs';
import { npmCommand, quiet } from './npm.mjs';
import { withLock } from './lock.mjs';
import { cache } from './paths.mjs';
import { SetupError, capture } from './run.mjs';

const place = join(cache, 'programs');

// The newest that still run on Node 20.
const LIBRARIES = {
  'jest-worker': '30.5.1',
  tinypool: '2.2.0',
  workerpool: '10.0.3',
  execa: '9.6.1',
  poolifier: '5.3.2',
};

/** What speaks over a port. */
const CLIENTS = {
  '@orpc/client': '1.16.1',
  '@orpc/server': '1.16.1',
  birpc: '4.2.0',
  capnweb: '0.12.0',
  comlink: '4.4.2',
  'vscode-jsonrpc': '10.0.0',
};

/** What starts processes for its tests or jobs: measured by bench/programs. */
const RUNNERS = { vitest: '3.2.7', jest: '30.5.2', bullmq: '5.81.5', tinypool: LIBRARIES.tinypool };

/** What speaks over a WebSocket, for the examples that move some. */
const WEBSOCKETS = { 'socket.io': '4.8.4', 'socket.io-client': '4.8.4', ws: '8.23.0' };

/** What runs programs as workers of node:cluster. */
const CLUSTERS = {
  '@socket.io/cluster-adapter': '0.3.0',
  '@socket.io/sticky': '2.0.1',
  pm2: '7.0.4',
  'socket.io': WEBSOCKETS['socket.io'],
  'socket.io-client': WEBSOCKETS['socket.io-client'],
  throng: '5.0.0',
};

/** The platform's own package: it carries the program itself, which the package of that name only looks for. */
const RUNTIMES = {
  bun: { version: '1.4.5', name: bunPackage, file: 'bin/bun' },
  deno: { version: '2.9.6', name: denoPackage, file: 'deno' },
};

/** TypeDoc reads programs with a TypeScript in JavaScript: the last that is one. */
const TYPEDOC = { typedoc: '0.28.20', typescript: '6.0.3' };

export const groups = ['libraries', 'clients', 'websockets', 'clusters', ...Object.keys(RUNTIMES)];

/** @returns {Promise<string>} the folder whose node_modules has the libraries */
export function installLibraries() {
  return install('libraries', LIBRARIES);
}

/** @returns {Promise<string>} the folder whose node_modules has the clients */
export function installClients() {
  return install('clients', CLIENTS);
}

/** @returns {Promise<string>} the folder whose node_modules has the runners */
export function installRunners() {
  return install('runners', RUNNERS);
}

/** @returns {Promise<string>} the folder whose node_modules has ws and socket.io */
export function installWebSockets() {
  return install('websockets', WEBSOCKETS);
}

/** @returns {Promise<string>} the folder whose node_modules has what runs clusters */
export function installClusters() {
  return install('clusters', CLUSTERS);
}

/**
 * @param {'bun' | 'deno'} runtime
 * @returns {Promise<string>} the program
 */
export async function installRuntime(runtime) {
  const { version, name, file } = RUNTIMES[runtime];
  const folder = await install(runtime, { [name()]: version });
  return join(folder, 'node_modules', name(), file);
}

/** @param {'bun' | 'deno'} runtime */
export const runtimeVersion = (runtime) => RUNTIMES[runtime].version;

/** @returns {Promise<string>} the script that is TypeDoc's command */
export async function installTypedoc() {
  const folder = await install('typedoc', TYPEDOC);
  return join(folder, 'node_modules', 'typedoc', 'bin', 'typedoc');
}

/** Installs once; throws a SetupError that says why it could not. */
async function install(group, packages) {
  const folder = join(place, group);
  const manifest = `${JSON.stringify({ private: true, dependencies: packages }, null, 2)}\n`;
  if (isThere()) return folder;
  await withLock(
    async () => {
      if (isThere()) return;
      // Made beside its place and renamed, so that an interrupted installation is not taken for a whole one.
      const fresh = `${folder}.${process.pid}`;
      mkdirSync(fresh, { recursive: true });
      writeFileSync(join(fresh, 'package.json'), manifest);
      const [npm, ...first] = npmCommand();
      const rest = ['install', '--prefix', fresh, '--no-package-lock', '--fetch-retries=1', ...quiet];
      const { code, output } = await capture(npm, [...first, ...rest], { cwd: fresh, env: npmEnv() });
      if (code !== 0) {
        rmSync(fresh, { recursive: true, force: true });
        throw new SetupError(
          `${output}\n${Object.keys(packages).join(', ')} could not be installed from npm.`,
        );
      }
      rmSync(folder, { recursive: true, force: true });
      renameSync(fresh, folder);
    },
    () => {},
  );
  return folder;

  function isThere() {
    try {
      return readFileSync(join(folder, 'package.json'), 'utf8') === manifest;
    } catch {
      return false;
    }
  }
}

function bunPackage() {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const cpu = process.arch === 'arm64' ? 'aarch64' : process.arch;
  return `@oven/bun-${os}-${cpu}${isMusl() ? '-musl' : ''}`;
}

function denoPackage() {
  if (isMusl()) throw new SetupError('Deno is not published for musl.');
  return `@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`;
}

function isMusl() {
  return process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
}
