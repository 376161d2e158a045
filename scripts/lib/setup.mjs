// Brings a checkout from any state to one that runs. If it is ready, this costs milliseconds.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { buildNative, nativeIsCurrent } from './native.mjs';
import { dropStamp, fingerprint, isCurrent, writeStamp } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { npmCommand, quiet } from './npm.mjs';
import { root } from './paths.mjs';
import { SetupError, capture, say, step } from './run.mjs';
import { requireNode, requireRust } from './toolchain.mjs';

const TS_SOURCES = ['src', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build-ts.mjs'];

/** The parts of set-up, in order. */
export const ALL = ['deps', 'native', 'ts'];

const current = { deps: depsAreCurrent, native: nativeIsCurrent, ts: tsIsCurrent };

/**
 * @param {string[]} [parts] of 'deps', 'native', 'ts'; each includes the ones it is built with
 * @param {{force?: boolean}} [options]
 */
export async function setup(parts = ALL, { force = false } = {}) {
  requireNode();
  const wanted = ALL.filter((part) => part === 'deps' || parts.includes(part));
  const stale = () => wanted.filter((part) => (force && part !== 'deps') || !current[part]());
  if (stale().length === 0) return;
  await withLock(
    async () => {
      const todo = stale(); // checked again: the previous holder of the lock may have done it
      // Checked first, so that nobody waits for npm only to learn that Rust is missing.
      const env = todo.includes('native') ? requireRust() : undefined;
      if (todo.includes('deps')) await step('installing npm packages (npm ci)', installDeps);
      if (todo.includes('native')) {
        await step('building the native addon (cargo; a minute or two the first time)', () =>
          buildNative(env),
        );
      }
      if (todo.includes('ts')) await step('building the TypeScript', () => buildTs(force));
    },
    (owner) => say(`waiting for another set-up of this checkout (process ${owner.split(' ')[0] || '?'}) ...`),
  );
}

// npm writes the hidden lock file last, so an interrupted installation does not have it.
function depsAreCurrent() {
  const [installed, lock] = ['node_modules/.package-lock.json', 'package-lock.json'].map(
    (file) => statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs,
  );
  return installed !== undefined && lock !== undefined && installed >= lock;
}

async function installDeps() {
  const [npm, ...args] = npmCommand();
  const flags = ['--include=dev', '--include=optional', ...quiet];
  const { code, output } = await capture(npm, [...args, 'ci', ...flags]);
  if (code === 0) return;
  const [reason] = output.split(/^npm error Clean install a project/m); // the manual page of `npm ci` follows
  throw new SetupError(`${reason}\nThe npm packages could not be installed (npm ci failed).`);
}

function tsIsCurrent() {
  return isCurrent('ts', fingerprint(TS_SOURCES));
}

async function buildTs(strict) {
  const before = fingerprint(TS_SOURCES);
  dropStamp('ts');
  // Type errors are for `npm run lint` and `npm run build`: they do not keep tests from running.
  const script = join(root, 'scripts', 'build-ts.mjs');
  const { code, output } = await capture(process.execPath, [script, ...(strict ? [] : ['--lenient'])]);
  if (code !== 0) throw new SetupError(`${output}\nThe TypeScript could not be built.`);
  const products = output.match(/^dist\/.+$/gm) ?? [];
  const rest = output.replace(/^dist\/.+\n/gm, '').trim();
  if (rest) say(rest);
  writeStamp('ts', before, products);
}
