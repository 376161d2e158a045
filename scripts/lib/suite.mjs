// Runs the test suite once and counts the results. Reads AVA's usual report line by line: it is the legible one
// and, unlike the TAP report, survives test files that crash.
import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { withoutExtraCerts } from './extra-certs.mjs';
import { followLines } from './foreign/follow.mjs';
import { startGroup } from './group.mjs';
import { cache, commandOf, root } from './paths.mjs';
import { withPath } from './run.mjs';

/** Which of the two ways of reading the channel are there on this platform. */
export const drivers = process.platform === 'win32' ? ['task'] : ['loop', 'task'];

/**
 * Where the driver makes no difference: these tests start, print or read things, but do not send and receive, or they
 * test what lies above the channel, which is read and written by the same code whatever it carries. The channel's own
 * tests, and those of peers that die, misbehave or send handles, run under each driver. So does everything in CI.
 */
const ANY_DRIVER = [
  /^(cli|docs|harness|memory|nats|observe|package|platform|prefork|start|windows)\//,
  /^(channel\/(extra|functions|members|send\/validation)|handles\/numbers|ports\/(named|names))\./,
  /^requests\/(failures|node-wire|ports)\./,
  /^serialization\/(advanced|internal|json)\./, // what a value becomes; how its bytes travel is in large and large-views
  /^drop-in\/(every-pair|libraries|patched-globals|register|runtimes|servers|unseen)\./,
  /^(examples|ports\/clients|promises\/promises)\./, // whole programs, whose parts the other files test
];

/** The test files that can pass under one driver and fail under the other. */
export function dependOnDriver() {
  const files = readdirSync(join(root, '__test__'), { recursive: true }).map((path) =>
    path.replaceAll('\\', '/'),
  );
  return files
    .filter((path) => path.endsWith('.test.mjs') && !ANY_DRIVER.some((pattern) => pattern.test(path)))
    .map((path) => `__test__/${path}`);
}

const PASSED = /^ {2}[✔√] /;
const FAILED = [
  /^ {2}[✘×] \[(fail|unexpected pass)\]: /, // a test or a hook
  /^ {2}◌ /, // a test that had not finished when its file was ended
  /^ {2}[✘×] .+ exited (with|due to) /, // a file: crash, signal, uncaught exception or unhandled rejection
  /^ {2}[✘×] (No tests found|Internal error|Error in shared worker|Couldn.t find)/,
  /^ {2}[✘×] (\d+ tests? remaining|Line numbers .+ did not match)/,
];

/** AVA ends a run in which no test finishes for two minutes; longer silence means that AVA itself is stuck. */
const SILENCE_MS = 150_000;
/** The summary follows this line; after it, AVA only has to exit. */
const SUMMARY = /^ {2}─+$/;
const EXIT_MS = 15_000;
/** What wine prints when its server has died, and with it every program that it ran. */
const SERVER_CRASHED = /^wineserver crashed/;

/**
 * @param {object} run
 * @param {string} run.driver 'loop' or 'task', for this process and its children
 * @param {string} [run.node] the Node to test with
 * @param {{program: string, env: NodeJS.ProcessEnv}} [run.under] the program that runs that Node, if this system cannot
 * @param {NodeJS.ProcessEnv} [run.env] variables for that Node beside the environment of this process
 * @param {string[]} run.args passed on to AVA: files, --match=...
 * @param {boolean} [run.onlyFailures] whether to leave out lines about passed tests
 * @returns {Promise<{passed: number, failed: number, seconds: number, crashed: boolean}>} crashed: it was wine that failed
 */
export async function runSuite({
  driver,
  node = process.execPath,
  under,
  env: more,
  args,
  onlyFailures = false,
}) {
  const start = performance.now();
  // Test programs that start `node` by name get the tested one.
  const own = { ...more, FORKWIRE_DRIVER: driver };
  const env = { ...withPath(withoutExtraCerts(under?.env ?? process.env), dirname(node), 'first'), ...own };
  const [program, ...first] = under === undefined ? [node] : [under.program, node];
  const log = under && newLog();
  // A killed test file leaves its children behind, and AVA waits for ever for the pipes that they hold open.
  const ava = startGroup(program, [...first, commandOf('ava'), ...args], {
    cwd: root,
    env,
    stdio: log ? ['ignore', log.fd, log.fd] : ['ignore', 'pipe', 'inherit'],
  });
  const lines = log
    ? followLines(log.path, ava.ended)
    : createInterface({ input: ava.child.stdout, crlfDelay: Infinity });
  let passed = 0;
  let failed = 0;
  let crashed = false;
  let patience = SILENCE_MS;
  let watchdog;
  const watch = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(giveUp, patience);
  };
  const giveUp = () => {
    process.stdout.write('  ✘ AVA does not come to its end, and is killed\n');
    failed++;
    ava.kill();
  };
  watch();
  for await (const line of lines) {
    if (SUMMARY.test(line)) patience = EXIT_MS;
    watch();
    if (SERVER_CRASHED.test(line)) {
      crashed = true;
      ava.kill();
    }
    if (PASSED.test(line)) passed++;
    else if (FAILED.some((pattern) => pattern.test(line))) failed++;
    else if (onlyFailures && line.trim() === '') continue;
    if (!(onlyFailures && PASSED.test(line))) process.stdout.write(`${line}\n`);
  }
  const { code, interrupted } = await ava.ended;
  clearTimeout(watchdog);
  log?.remove();
  if (interrupted) process.exit(130);
  // Whatever the lines say, a run that AVA reports as failed has failed, and so has a run without tests.
  if (failed === 0 && (code !== 0 || passed === 0)) failed = 1;
  return { passed, failed, seconds: (performance.now() - start) / 1000, crashed };
}

/** A file for the output of a run that cannot print to a pipe. */
function newLog() {
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `suite-${process.pid}.log`);
  const fd = openSync(path, 'w');
  return {
    path,
    fd,
    remove() {
      closeSync(fd);
      rmSync(path);
    },
  };
}

/** Prints the runs as a table, then their sum as the last line, and sets the exit code. */
export function summarize(runs) {
  const rows = runs.map(({ name, passed, failed, seconds }) => [
    name,
    `${passed} passed`,
    `${failed} failed`,
    `${seconds.toFixed(1)} s`,
  ]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  process.stdout.write('\n');
  for (const row of rows) {
    process.stdout.write(
      `  ${row.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ')}\n`,
    );
  }
  const total = (what) => runs.reduce((sum, run) => sum + run[what], 0);
  process.stdout.write(`\n${total('passed')} passed, ${total('failed')} failed\n`);
  process.exitCode = total('failed') > 0 ? 1 : 0;
}
