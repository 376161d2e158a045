// What a process loads at start because of forkwire: its files, and built-in modules that Node alone does not load.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/lib/paths.mjs';
import { must } from '../../scripts/lib/run.mjs';

const program = join(import.meta.dirname, 'programs', 'loaded.cjs');
const register = join(root, 'dist', 'register.js');

/** Forks a program with the `fork` of a module: `node -e FORK MODULE PROGRAM`. */
const FORK = `require(process.argv[1]).fork(process.argv[2], { execArgv: [] })`;

/** @param {string} node */
export async function loadedAtStart(node) {
  const alone = await loaded(node, [program]);
  const stockChild = await loaded(node, ['-e', FORK, 'node:child_process', program]);
  return {
    'a child, beyond one with the built-in channel': beyond(
      stockChild,
      await loaded(node, ['-e', FORK, join(root, 'dist', 'index.js'), program], 'dist/preload.js'),
    ),
    'forkwire/register, beyond Node alone': beyond(
      alone,
      await loaded(node, ['--require', register, program]),
    ),
  };
}

function beyond(without, { modules, files }) {
  return { files, 'built-in modules': modules.filter((name) => !without.modules.includes(name)).sort() };
}

/** @param {string} [marker] if there are two processes, a file that only the wanted one loads */
async function loaded(node, args, marker) {
  const folder = mkdtempSync(join(tmpdir(), 'forkwire-costs-'));
  try {
    const { modules, addons } = JSON.parse(await must(node, args));
    // The coverage report lists the compiled scripts. It needs another run, since it loads modules itself.
    await must(node, args, { env: { ...process.env, NODE_V8_COVERAGE: folder } });
    const reports = readdirSync(folder).map((name) => scriptsIn(join(folder, name)));
    const scripts = reports.find((each) => marker === undefined || each.includes(marker)) ?? [];
    return { modules, files: [...scripts, ...addons.map((file) => relative(root, file))].sort() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function scriptsIn(report) {
  const { result } = JSON.parse(readFileSync(report, 'utf8'));
  return result
    .map(({ url }) => url)
    .filter((url) => url.startsWith('file:'))
    .map((url) => relative(root, fileURLToPath(url)))
    .filter((file) => file !== relative(root, program));
}
