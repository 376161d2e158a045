// From the cases to the report, printing the table meanwhile.
import { describeMachine, pinCommand } from './machine.mjs';
import { makeReport } from './report.mjs';
import { measureCase } from './rounds.mjs';
import { printFooter, printHeader, printRows } from './table.mjs';

/** Measures and prints the cases; gives the report. `options`: `{ contestants, rounds, quick }`. */
export async function measureAll(chosen, options) {
  const machine = describeMachine();
  const pin = pinCommand();
  printHeader({ machine, options, pin });
  const results = [];
  for (const one of chosen) {
    const result = await measureCase(one, options, pin);
    printRows(result, options);
    results.push(result);
  }
  const report = makeReport({ machine, options, pin, results });
  printFooter({ failures: report.failures, options, pin, backpressure: report.backpressure });
  return report;
}
