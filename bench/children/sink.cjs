// Counts and checks what it is sent; replies when each of the batches in argv has come, with the CPU time in us that
// this process spent since the one before.
// argv: kind, bytes, size of the first batch, of the second, ...
const { messages } = require('../lib/messages.cjs');
const { Sequence } = require('../lib/sequence.cjs');

const [kind, bytes, ...batches] = process.argv.slice(2);
const { numberOf, isIntact } = messages(kind, bytes);
const sizes = batches.map(Number);

let sequence = new Sequence();
let faults = 0;
let awaited = sizes.shift();
let since = cpuTime();

process.on('message', (message) => {
  sequence.add(numberOf(message));
  if (!isIntact(message)) faults++;
  if (sequence.count !== awaited) return;
  const now = cpuTime();
  process.send({ count: sequence.count, sum: sequence.sum, faults, cpu: now - since });
  sequence = new Sequence();
  faults = 0;
  awaited = sizes.shift();
  since = cpuTime();
});

function cpuTime() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
