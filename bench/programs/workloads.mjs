// The programs, each with a dozen tests or jobs that do next to nothing: what is measured is what it takes to run them.
import { redis } from './redis.mjs';

const COUNT = 12;

/** So many files, by their names. */
const repeated = (name, text) =>
  Object.fromEntries(Array.from({ length: COUNT }, (_, n) => [name.replace('#', n), text]));

/**
 * @typedef {object} Workload
 * @property {string} name
 * @property {Record<string, string>} files of the project
 * @property {(runners: string, place: string) => string[]} command the arguments of node. `runners` has the node_modules
 * @property {(place: string) => Promise<{ env: object, end(): void }>} [begin] starts what it needs
 */

/** @type {Workload[]} */
export const workloads = [
  {
    // A process for each file: vitest's default.
    name: 'vitest',
    files: {
      ...repeated(
        'tests/file-#.test.mjs',
        "import { expect, test } from 'vitest';\ntest('adds', () => expect(1 + 1).toBe(2));\n",
      ),
      'vitest.config.mjs':
        "export default { test: { pool: 'forks', poolOptions: { forks: { minForks: 2, maxForks: 2 } } } };\n",
    },
    command: (runners, place) => [`${runners}/node_modules/vitest/vitest.mjs`, 'run', '--root', place],
  },
  {
    // Keeps its workers by default; with this limit, in bytes, each ends with its file.
    name: 'jest',
    files: {
      ...repeated('tests/file-#.test.js', "test('adds', () => expect(1 + 1).toBe(2));\n"),
      'package.json': '{ "jest": { "testEnvironment": "node" } }\n',
    },
    command: (runners, place) => [
      `${runners}/node_modules/jest/bin/jest.js`,
      '--rootDir',
      place,
      '--maxWorkers=2',
      '--workerIdleMemoryLimit=1024',
    ],
  },
  {
    // A sandboxed processor whose worker ends with each job, so that no job finds what another one has left.
    name: 'bullmq',
    files: {
      'processor.js': 'module.exports = async (job) => job.data + 1;\n',
      'main.js': `
const { Queue, QueueEvents, Worker } = require('bullmq');
const connection = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) };
async function main() {
  const queue = new Queue('jobs-' + process.pid, { connection });
  const events = new QueueEvents(queue.name, { connection });
  await events.waitUntilReady();
  for (let n = 0; n < ${COUNT}; n++) {
    const worker = new Worker(queue.name, __dirname + '/processor.js', { connection });
    const job = await queue.add('add', n);
    if ((await job.waitUntilFinished(events)) !== n + 1) throw new Error('wrong');
    await worker.close();
  }
  await events.close();
  await queue.close();
}
main();
`,
    },
    command: (_, place) => [`${place}/main.js`],
    begin: redis,
  },
  {
    name: 'tinypool',
    files: {
      'task.mjs': 'export default (n) => n + 1;\n',
      'main.mjs': `
import { Tinypool } from 'tinypool';
const filename = new URL('task.mjs', import.meta.url).href;
const pool = new Tinypool({ filename, runtime: 'child_process', isolateWorkers: true, minThreads: 2, maxThreads: 2 });
const results = await Promise.all(Array.from({ length: ${COUNT} }, (_, n) => pool.run(n)));
if (results.some((result, n) => result !== n + 1)) throw new Error('wrong');
await pool.destroy();
`,
    },
    command: (_, place) => [`${place}/main.mjs`],
  },
];
