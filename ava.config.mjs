import { windows } from './__test__/windows.mjs';

const isWindows = process.platform === 'win32';

export default {
  files: ['__test__/**/*.test.mjs', ...(isWindows ? windows.files : [])],
  // What Windows does not have is left out by name.
  match: isWindows ? windows.match : [],
  // A test file is a process of its own: fork() and process.on(...) are to be seen in a main thread.
  workerThreads: false,
  // Two files at a time, each one test at a time: a test keeps a parent and a child busy, and machines that test have
  // few cores. More at once takes longer in all, and what a test waits for comes late.
  concurrency: 2,
  serial: true,
  // Without any test finishing: for a test that blocks its thread for ever. One that waits fails sooner by itself
  // (__test__/helpers/test.mjs).
  timeout: '2m',
};
