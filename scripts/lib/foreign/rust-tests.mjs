// The crates' tests for Windows, under wine.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { root } from '../paths.mjs';
import { must } from '../run.mjs';
import { TARGET, quick } from './addon.mjs';
import { wineRuns } from './wine.mjs';

/** The last line of a test program. */
const RESULT = /^test result: .* (\d+) passed; (\d+) failed;/;

/**
 * @param {NodeJS.ProcessEnv} env in which cargo builds for Windows and wine runs
 * @param {string[]} packages
 * @param {string} node for Windows, which is the `node` of the tests
 * @returns {Promise<{passed: number, failed: number, seconds: number}>}
 */
export async function runRustTests(env, packages, node) {
  const start = performance.now();
  const what = packages.flatMap((name) => ['--package', name]);
  const all = { ...env, ...quick, ...wineRuns(node) };
  // Programs that the tests start. If cargo is told which targets to test, it does not build them.
  const examples = ['build', '--locked', '--target', TARGET, ...what, '--examples'];
  await must('cargo', examples, { env: all }, 'The examples could not be built for Windows.');
  const child = spawn(
    'cargo',
    ['test', '--locked', '--no-fail-fast', '--target', TARGET, ...what, '--tests', '--lib'],
    { cwd: root, env: all, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise((resolve) => child.on('close', resolve));
  let passed = 0;
  let failed = 0;
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
    const [, good, bad] = RESULT.exec(line) ?? [];
    passed += Number(good ?? 0);
    failed += Number(bad ?? 0);
    if (/\.\.\. FAILED$|panicked at|^test result/.test(line)) process.stdout.write(`  ${line}\n`);
  }
  // A build that fails, or a crash, counts as one failure.
  if ((await ended) !== 0 && failed === 0) failed = 1;
  return { passed, failed, seconds: (performance.now() - start) / 1000 };
}
