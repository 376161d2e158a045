// From the cases to the report, printing the tables meanwhile.
import { describeMachine, pinCommand } from './machine.mjs';
import { makeReport } from './report.mjs';
import { measureCase } from './rounds.mjs';
import { printFooter, printHeader, printMachine, printRows } from './table.mjs';
import { prepareTopic, topics } from './topics.mjs';

/**
 * Measures and prints the cases; gives the report. `options`: `{ contestants, peers, rounds, quick }`, where the contestants
 * are those of the cases without a topic.
 */
export async function measureAll(chosen, options) {
  const machine = describeMachine();
  const pin = pinCommand();
  printMachine({ machine, options, pin });
  const tables = [];
  for (const topic of [undefined, ...Object.keys(topics)]) {
    const some = chosen.filter((one) => one.topic === topic);
    if (some.length > 0) tables.push(await measureTable(topic, some, options, pin));
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
    const result = await measureCase(one, own, pin);
    printRows(result, own);
    results.push(result);
  }
  return { topic, contestants, results };
}
