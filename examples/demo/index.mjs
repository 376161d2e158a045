// Runs every case of Node's documentation of subprocess.send(), on real processes and connections.
// Run: node examples/demo/index.mjs [case ...]. The exit code is 0 only if each case did what the page says.
import * as messages from './cases/messages.mjs';
import * as server from './cases/server.mjs';
import * as sockets from './cases/sockets.mjs';
import * as datagrams from './cases/datagrams.mjs';
import * as flood from './cases/flood.mjs';
import * as deadChild from './cases/dead-child.mjs';
import { bold, dim } from './lib/colour.mjs';
import { runCase } from './lib/run-case.mjs';
import { printCase, printSummary } from './lib/report.mjs';

// How long the process may take to exit by itself after the last case.
const QUIET_END_MS = 10_000;

const cases = { messages, server, sockets, datagrams, flood, 'dead-child': deadChild };
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(cases, name));
if (unknown.length > 0) {
  console.error(`unknown case: ${unknown.join(', ')}. The cases are: ${Object.keys(cases).join(', ')}`);
  process.exit(2);
}

console.log(bold('forkwire: every case of the documentation of subprocess.send()'));
console.log(dim(`Node ${process.version}, ${process.platform} ${process.arch}\n`));

const outcomes = [];
for (const name of wanted.length > 0 ? wanted : Object.keys(cases)) {
  const outcome = await runCase(name, cases[name]);
  printCase(outcome);
  outcomes.push(outcome);
}
printSummary(outcomes);
process.exitCode = outcomes.every((outcome) => outcome.ok) ? 0 : 1;

// Nothing may keep the process alive now. The timer itself does not (unref).
setTimeout(() => {
  console.error('failed: every case has ended, but something still keeps this process alive');
  process.exit(1);
}, QUIET_END_MS).unref();
