import { availableParallelism } from 'node:os';
import { windows } from './__test__/windows.mjs';

const isWindows = process.platform === 'win32';

/** Long files start first, so that no run ends with one of them alone. */
const LONG = [
  'promises/promises',
  'channel/send/random-kills',
  'channel/exit/flush',
  'serialization/large',
  'channel/lifetime',
  'channel/many',
  'channel/receive/memory-returns',
  'stress/many-children',
  'drop-in/register',
].map((name) => `${name}.test.mjs`);

function rank(file) {
  const at = LONG.findIndex((name) => file.replaceAll('\\', '/').endsWith(`/${name}`));
  return at === -1 ? LONG.length : at;
}

export default {
  files: ['__test__/**/*.test.mjs', ...(isWindows ? windows.files : [])],
  // What Windows does not have is left out by name.
  match: isWindows ? windows.match : [],
  // Each test file is a process, because fork() and process.on(...) must be tested in a main thread.
  workerThreads: false,
  // Within a file one test runs at a time (__test__/helpers/test.mjs). Not by AVA's option `serial`, with which files run one at
  // a time too. A file keeps a parent and a child busy, but they often wait, so as many files as processors would leave part of
  // the machine idle. With many more, everything a test waits for is late. On Windows mostly wine runs them, whose server does one
  // thing at a time.
  concurrency: isWindows ? 1 : availableParallelism() + 1,
  sortTestFiles: (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
  // The time without any finished test, for a test that blocks its thread forever. One that waits fails earlier by itself
  // (__test__/helpers/test.mjs).
  timeout: '2m',
};
