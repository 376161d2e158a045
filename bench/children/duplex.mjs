// Receives and sends the same number of messages at once, for each of the batches in argv.
// argv: implementation, bytes, size of the first batch, of the second, ...
import messageKinds from '../lib/messages.cjs';
import sequences from '../lib/sequence.cjs';
import { howToWait } from '../lib/implementations.mjs';
import { sendHonouring } from '../lib/sending.mjs';

const [implementation, bytes, ...batches] = process.argv.slice(2);
const { make, numberOf, isIntact } = messageKinds.messages('object', bytes);
const sizes = batches.map(Number);
const howTo = howToWait(implementation);

let received = new sequences.Sequence();
let faults = 0;
let ending;

process.on('message', (message) => {
  if (received.count === 0) begin(sizes[0]);
  received.add(numberOf(message));
  if (!isIntact(message)) faults++;
  if (received.count === sizes[0]) ending.end();
});

// A parent that sends at once could be too early for a module that is still being loaded.
process.send({ ready: true });

async function begin(size) {
  const sent = new sequences.Sequence();
  const allReceived = new Promise((end) => {
    ending = { end };
  });
  await sendHonouring(howTo, process, size, (seq) => {
    sent.add(seq);
    return make(seq);
  });
  await allReceived;
  const { count, sum } = received;
  sizes.shift();
  received = new sequences.Sequence();
  process.send({ done: { count, sum, faults }, sent: { count: sent.count, sum: sent.sum, faults: 0 } });
}
