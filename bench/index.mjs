// Side by side with node:child_process, in one run on one Node. `--help` tells the options.
import { cases, chooseCases } from './cases/index.mjs';
import { HELP, parseOptions } from './lib/options.mjs';
import { describeMachine, pinCommand } from './lib/machine.mjs';
import { measureCase } from './lib/rounds.mjs';
import { writeReport } from './lib/report.mjs';
import { printFooter, printHeader, printRows } from './lib/table.mjs';

const options = orExit(() => parseOptions(process.argv.slice(2)));
if (options.help) {
  console.log(HELP);
  for (const { name, title } of cases) console.log(`  ${name.padEnd(22)} ${title}`);
  process.exit(0);
}

const chosen = orExit(() => chooseCases(options.only));
const machine = describeMachine();
const pin = pinCommand();
printHeader({ machine, options, pin });

const results = [];
for (const one of chosen) {
  const result = await measureCase(one, options, pin);
  printRows(result, options);
  results.push(result);
}

const failures = results.flatMap((result) => result.failures);
printFooter({ failures, options, pin });
if (options.json !== undefined) {
  console.log(`written: ${writeReport(options.json, { machine, options, pin, results })}`);
}
process.exitCode = failures.length === 0 ? 0 : 1;

/** A mistake on the command line is told in a line, not by a stack trace. */
function orExit(action) {
  try {
    return action();
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}
