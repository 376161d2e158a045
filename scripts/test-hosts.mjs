// Tests core behaviour under Bun and Deno, as parents and as children, of each other and of Node. Prints a table of the
// results, and as its last line how many passed.
//
//   npm run test:hosts                       all
//   npm run test:hosts -- sockets servers    only these programs of __test__/hosts and __test__/promises
//
// Bun and Deno come from npm into .cache/.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pairs, programs, without, withoutPair } from '../__test__/hosts/list.mjs';
import { programs as promises } from '../__test__/promises/list.mjs';
import { runProgram } from '../__test__/promises/run.mjs';
import { installRuntime } from './lib/programs.mjs';
import { explainAndExit } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';

/** Programs at a time: each keeps a parent and a child busy. */
const AT_ONCE = 2;

const FOLDER = new URL('../__test__/hosts/programs/', import.meta.url);
const DENO = ['run', '--allow-all', '--quiet', '--no-config', '--no-lock'];

/** Deno keeps its own files out of the home folder. */
const quiet = { DENO_DIR: join(tmpdir(), 'forkwire-deno'), DENO_NO_UPDATE_CHECK: '1' };

const wanted = process.argv.slice(2);

await main().catch(explainAndExit);

async function main() {
  await setup();
  const commands = {
    Node: [process.execPath],
    Bun: [await installRuntime('bun')],
    Deno: [await installRuntime('deno'), ...DENO],
  };
  const jobs = [...pairs.flatMap((pair) => pairJobs(pair, commands)), ...promiseJobs(commands)];
  const chosen = jobs.filter(({ file }) => wanted.length === 0 || wanted.includes(file));
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(chosen)));
  report(chosen);
}

/** Each job knows its place in the table. */
function pairJobs([parent, child], commands) {
  const [execPath, ...execArgv] = commands[child];
  const options = parent === child ? {} : { execPath, execArgv };
  const column = parent === child ? `${parent}, both` : `${parent} > ${child}`;
  const able = Object.entries(programs).filter(([file]) => withoutPair[column]?.[file] === undefined);
  return able.map(([file, title]) => ({
    file,
    title,
    column,
    how: {
      implementation: 'forkwire',
      runtime: commands[parent],
      folder: FOLDER,
      env: { ...quiet, FORKWIRE_HOSTS: JSON.stringify({ parent, child, options }) },
    },
  }));
}

function promiseJobs(commands) {
  return Object.entries(without).flatMap(([runtime, exceptions]) =>
    promises
      .filter(({ file }) => !Object.hasOwn(exceptions, file))
      .map(({ file, promise }) => ({
        file,
        title: promise,
        column: `${runtime}, both`,
        how: { implementation: 'forkwire', runtime: commands[runtime], env: quiet },
      })),
  );
}

/** Runs jobs until there are none left. */
async function work(jobs) {
  for (const job of jobs) {
    if (job.begun) continue;
    job.begun = true;
    const { kept, saw } = await runProgram(job.file, job.how);
    Object.assign(job, { kept, saw });
    if (!kept) process.stdout.write(`  ✘ ${job.column}: ${job.title}\n${saw.replace(/^/gm, '      ')}\n`);
  }
}

function report(jobs) {
  const columns = [...new Set(jobs.map(({ column }) => column))];
  const titles = [...new Set(jobs.map(({ title }) => title))];
  const width = Math.max(...titles.map(({ length }) => length));
  process.stdout.write(`\n${' '.repeat(width)}  ${columns.join('  ')}\n`);
  for (const title of titles) {
    const cells = columns.map((column) => {
      const job = jobs.find((one) => one.title === title && one.column === column);
      return (job === undefined ? '' : job.kept ? '✔' : '✘').padEnd(column.length);
    });
    process.stdout.write(`${title.padEnd(width)}  ${cells.join('  ')}\n`.replace(/ +$/m, ''));
  }
  const failed = jobs.filter(({ kept }) => !kept).length;
  process.stdout.write(`\n${jobs.length - failed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
