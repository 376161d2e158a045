// Counts and checks messages whose size changes; replies when each of the batches in argv has come.
// argv: kind, then BYTESxCOUNT for each batch.
const { messages } = require('../lib/messages.cjs');
const { Sequence } = require('../lib/sequence.cjs');

const [kind, ...batches] = process.argv.slice(2);
let batch = next();

process.on('message', (message) => {
  batch.sequence.add(batch.numberOf(message));
  if (!batch.isIntact(message)) batch.faults++;
  if (batch.sequence.count !== batch.count) return;
  const { count, sum } = batch.sequence;
  process.send({ count, sum, faults: batch.faults });
  if (batches.length > 0) batch = next();
});

function next() {
  const [bytes, count] = batches.shift().split('x').map(Number);
  return { ...messages(kind, bytes), count, sequence: new Sequence(), faults: 0 };
}
