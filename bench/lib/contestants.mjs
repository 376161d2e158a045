// The contestants: an implementation on a runtime. A name is `implementation` (on the running Node),
// `implementation@MAJOR` (on another Node), `bun` or `deno` (with their own node:child_process).
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { names } from './implementations.mjs';

const here = process.versions.node;
const hereMajor = here.split('.')[0];
const newest = '26';

const runtimes = {
  bun: { label: 'Bun', words: [] },
  deno: {
    label: 'Deno',
    words: ['run', '--allow-all', '--quiet', '--no-lock', '--no-config'],
    env: { DENO_DIR: join(tmpdir(), 'forkwire-deno'), DENO_NO_UPDATE_CHECK: '1' },
  },
};

/** The contestants that --peers adds to the pair. */
export const allPeers = [
  ...['20', '22', '24', newest].filter((major) => major !== hereMajor).map((major) => `stock@${major}`),
  ...(hereMajor === newest ? [] : [`forkwire@${newest}`]),
  ...Object.keys(runtimes),
];

/** Throws a TypeError if no contestant has that name. */
export function checkContestant(name) {
  const [implementation, major] = name.split('@');
  const isNode = names.includes(implementation) && (major === undefined || /^\d+$/.test(major));
  if (isNode || Object.hasOwn(runtimes, name)) return name;
  throw new TypeError(
    `nobody is called ${name}: there are ${names.join(', ')}, each also as NAME@MAJOR on another Node, ${Object.keys(runtimes).join(', ')}`,
  );
}

/**
 * `{ name, label, implementation, runtime, command, env }`; installs the runtime if it is not there. Throws if it
 * cannot be had.
 */
export async function prepareContestant(name) {
  if (Object.hasOwn(runtimes, name)) {
    const { label, words, env } = runtimes[name];
    const { installRuntime, runtimeVersion } = await import('../../scripts/lib/programs.mjs');
    const runtime = `${label} ${runtimeVersion(name)}`;
    const command = [await installRuntime(name), ...words];
    return { name, label: runtime, implementation: 'stock', runtime, command, env };
  }
  const [implementation, major = hereMajor] = name.split('@');
  const { path, version } =
    major === hereMajor ? { path: process.execPath, version: here } : await installed(major);
  const runtime = `Node ${version}`;
  const label = implementation === 'stock' ? runtime : `${implementation}, Node ${version.split('.')[0]}`;
  return { name, label, implementation, runtime, command: [path], env: {} };
}

/** Only a checkout can install other runtimes: the published package cannot. */
async function installed(major) {
  const { installNode } = await import('../../scripts/lib/nodes.mjs');
  return installNode(major);
}
