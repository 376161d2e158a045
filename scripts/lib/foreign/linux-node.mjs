// Nodes for the kinds of Linux that this one is not, made to run here and to load the addon that was built for them.
import { copyFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { installNode } from '../nodes.mjs';
import { root } from '../paths.mjs';
import { emulated } from './emulated.mjs';
import { LINUX, arm64Root } from './linux.mjs';
import { installMuslNode } from './musl-node.mjs';

/**
 * @param {keyof LINUX} platform
 * @param {string} addon that was built for it
 * @returns {Promise<{name: string, path: string, env: NodeJS.ProcessEnv}>} the program, and its environment
 */
export async function linuxNode(platform, addon) {
  const cpu = LINUX[platform].target.split('-')[0];
  const musl = platform.endsWith('-musl');
  const node = musl ? await installMuslNode(cpu) : await installNode('20', { os: 'linux', arch: 'arm64' });
  const qemu = cpu === 'aarch64';
  return {
    name: `Node ${node.version} for ${platform}${qemu ? ', under qemu' : ''}`,
    path: qemu ? emulated(node.path, join(dirname(addon), 'bin'), musl ? '/' : arm64Root) : node.path,
    env: musl ? muslEnv(node, addon) : besideLoader(addon),
  };
}

function besideLoader(addon) {
  copyFileSync(addon, join(root, basename(addon)));
  return {};
}

/** The addon's loader asks the system which C library it has, and that is glibc: it has to be told. */
function muslEnv({ libgcc }, addon) {
  return {
    NAPI_RS_NATIVE_LIBRARY_PATH: addon,
    // One test makes a copy of Node elsewhere. No other program has libraries with these names.
    LD_LIBRARY_PATH: dirname(libgcc),
  };
}
