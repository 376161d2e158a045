// From the cases to the report, printing the tables meanwhile.
import { describeMachine, pinCommand } from './machine.mjs';
import { makeReport } from './report.mjs';
import { measureCase } from './rounds.mjs';
import { printFooter, printHeader, printMachine, printRows } from './table.mjs';
import { prepareTopic, topics } from './topics.mjs';

/**
 * Measures and prints the cases; gives the report. `options`: `{ contestants, peers, rounds, quick, minutes }`, where the
 * contestants are those of the cases without a topic. Within the minutes, all cases get the same time, and what one leaves
 * goes to the others.
 */
export async function measureAll(chosen, options) {
  const machine = describeMachine();
  const pin = pinCommand();
  printMachine({ machine, options, pin });
  const tables = [];
  const time = sharedTime(chosen.length, options.minutes);
  for (const topic of [undefined, ...Object.keys(topics)]) {
    const some = chosen.filter((one) => one.topic === topic);
    if (some.length > 0) tables.push(await measureTable(topic, some, { ...options, time }, pin));
  }
  const report = makeReport({ machine, options, pin, tables });
  printFooter({ failures: report.failures, pin, backpressure: report.backpressure });
  return report;
}

async function measureTable(topic, chosen, options, pin) {
  const contestants =
    topic === undefined ? options.contestants : await prepareTopic(topic, options.peers ?? []);
  const own = { ...options, contestants };
  printHeader(own, topic && topics[topic].title);
  const results = [];
  for (const one of chosen) {
    const result = await measureCase(one, { ...own, until: options.time.next() }, pin);
    printRows(result, own);
    results.push(result);
  }
  return { topic, contestants, results };
}

/** `next()` gives until when the next of so many cases may take; without `minutes`, as long as it takes. */
function sharedTime(count, minutes = Infinity) {
  const end = performance.now() + minutes * 60_000;
  let left = count;
  return {
    next() {
      const now = performance.now();
      return now + (end - now) / left--;
    },
  };
}
