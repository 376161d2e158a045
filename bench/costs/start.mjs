// What a process loads at start because of forkwire: its files, and built-in modules that Node alone does not load.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { must } from '../../scripts/lib/run.mjs';

const program = join(import.meta.dirname, 'programs', 'loaded.cjs');
const register = join(root, 'dist', 'register.js');

/** Forks a program with the `fork` of a module: `node -e FORK MODULE PROGRAM`. */
const FORK = `require(process.argv[1]).fork(process.argv[2], { execArgv: [] })`;

/**
 * @param {import('./tools.mjs').Tool} strace
 * @param {string} node
 */
export async function loadedAtStart(strace, node) {
  const alone = await loaded(strace, node, [program]);
  const stockChild = await loaded(strace, node, ['-e', FORK, 'node:child_process', program]);
  return {
    'a child, beyond one with the built-in channel': beyond(
      stockChild,
      await loaded(strace, node, ['-e', FORK, join(root, 'dist', 'index.js'), program]),
    ),
    'forkwire/register, beyond Node alone': beyond(
      alone,
      await loaded(strace, node, ['--require', register, program]),
    ),
  };
}

function beyond(without, { modules, files }) {
  return { files, 'built-in modules': modules.filter((name) => !without.modules.includes(name)).sort() };
}

async function loaded({ program: strace, env }, node, args) {
  const folder = mkdtempSync(join(tmpdir(), 'forkwire-costs-'));
  const log = join(folder, 'strace');
  try {
    // The files are those that the system opens: forkwire loads some without Node's loader, and before any other preload.
    const output = await must(strace, ['-f', '-e', 'trace=openat', '-o', log, node, ...args], { env });
    const { pid, modules } = JSON.parse(output);
    const opened = readFileSync(log, 'utf8').matchAll(/^(\d+) +openat\(AT_FDCWD, "([^"]+)", .*\) = \d+$/gm);
    const own = [...opened].filter(([, by]) => Number(by) === pid).map(([, , file]) => relative(root, file));
    return { modules, files: [...new Set(own)].filter((file) => /^dist\/|\.node$/.test(file)).sort() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
