import { availableParallelism } from 'node:os';
import { windows } from './__test__/windows.mjs';

const isWindows = process.platform === 'win32';

/** Files that take long are started first, so that no run ends with one of them alone. */
const LONG = [
  'promises/promises',
  'channel/send/random-kills',
  'channel/exit/flush',
  'serialization/large',
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
  // A test file is a process of its own: fork() and process.on(...) are to be seen in a main thread.
  workerThreads: false,
  // Within a file one test runs at a time: it keeps a parent and a child busy. But the two mostly wait for each other,
  // so that as many files as processors leave part of the machine idle. Many more, and what a test waits for comes late.
  concurrency: Math.min(availableParallelism() * 2, 6),
  serial: true,
  sortTestFiles: (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
  // Without any test finishing: for a test that blocks its thread for ever. One that waits fails sooner by itself
  // (__test__/helpers/test.mjs).
  timeout: '2m',
};
