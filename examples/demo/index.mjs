// The cases of the documentation page, one after the other, on real processes and real connections.
// Run: node examples/demo/index.mjs [case ...]. Exit code 0 only if each case did what the page says.
import * as messages from './cases/messages.mjs';
import * as server from './cases/server.mjs';
import * as sockets from './cases/sockets.mjs';
import * as datagrams from './cases/datagrams.mjs';
import * as flood from './cases/flood.mjs';
import * as deadChild from './cases/dead-child.mjs';
import { bold, dim } from './lib/colour.mjs';
import { runCase } from './lib/run-case.mjs';
import { printCase, printSummary } from './lib/report.mjs';

// How long the process may take to end by itself once every case is over.
const QUIET_END_MS = 10_000;

const cases = { messages, server, sockets, datagrams, flood, 'dead-child': deadChild };
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(cases, name));
if (unknown.length > 0) {
  console.error(`no such case: ${unknown.join(', ')}. There are: ${Object.keys(cases).join(', ')}`);
  process.exit(2);
}

console.log(bold('forkwire: what the page on subprocess.send() says, done'));
console.log(dim(`Node ${process.version}, ${process.platform} ${process.arch}\n`));

const outcomes = [];
for (const name of wanted.length > 0 ? wanted : Object.keys(cases)) {
  const outcome = await runCase(name, cases[name]);
  printCase(outcome);
  outcomes.push(outcome);
}
printSummary(outcomes);
process.exitCode = outcomes.every((outcome) => outcome.ok) ? 0 : 1;

// Nothing may be left that keeps the process alive. The timer itself is not such a thing.
setTimeout(() => {
  console.error('failed: every case is over, yet something keeps this process alive');
  process.exit(1);
}, QUIET_END_MS).unref();
