// Compares with node:child_process, in one run on one Node; with --peers also with that of others. `--help` lists
// the options.
import { chooseCases, listCases } from './cases/index.mjs';
import { HELP, parseOptions } from './lib/options.mjs';
import { prepareContestant } from './lib/contestants.mjs';
import { measureAll } from './lib/measure-all.mjs';
import { writeJson } from './lib/report.mjs';
import { writePage } from './report/index.mjs';

const options = orExit(() => parseOptions(process.argv.slice(2)));
if (options.help) {
  console.log(HELP);
  console.log(listCases());
  process.exit(0);
}

const chosen = orExit(() => chooseCases(options.only));
options.contestants = await gather(options);
const report = await measureAll(chosen, options);
const path = writeJson(options.json, report);
console.log(`written: ${path} and ${writePage(path, report)}`);
process.exitCode = report.failures.length === 0 ? 0 : 1;

/** A peer that cannot be had is left out; the pair must be there. */
async function gather({ pair, peers }) {
  const contestants = [];
  for (const name of [...pair, ...peers]) {
    try {
      contestants.push(await prepareContestant(name));
    } catch (error) {
      console.error(`without ${name}: ${error.message.trim()}`);
      if (pair.includes(name)) process.exit(2);
    }
  }
  return contestants;
}

/** Reports a mistake on the command line in one line, without a stack trace. */
function orExit(action) {
  try {
    return action();
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}
