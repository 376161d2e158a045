// Both ends send and receive at once. The clock runs until each has received everything from the other.
import { withChild } from '../lib/with-child.mjs';
import { sendHonouring } from '../lib/sending.mjs';
import messageKinds from '../lib/messages.cjs';
import sequences from '../lib/sequence.cjs';

const WARM_UP_PART = 0.1;

/** `count` messages each way. */
export function duplex({ name, title, bytes, count }) {
  const metrics = [{ id: 'rate', unit: 'msg/s', better: 'higher' }];

  async function run(implementation, scale) {
    const sizes = [scale(count * WARM_UP_PART), scale(count)];
    const args = [implementation.name, bytes, ...sizes].map(String);
    const { make, numberOf, isIntact } = messageKinds.messages('object', bytes);
    let seconds;
    await withChild(implementation, 'duplex.mjs', { args }, async (child, nextMessage) => {
      await nextMessage();
      for (const size of sizes) {
        const sent = new sequences.Sequence();
        const received = receive(child);
        const begun = performance.now();
        await sendHonouring(implementation, child, size, (seq) => {
          sent.add(seq);
          return make(seq);
        });
        const { sequence, faults, last } = await received;
        seconds = (performance.now() - begun) / 1000;
        sent.compare(last.done);
        sequence.compare(last.sent);
        if (faults > 0) throw new Error(`${faults} messages of the child were not intact`);
      }
    });
    return { rate: (2 * sizes.at(-1)) / seconds };

    /** Everything that arrives until the child reports that it is done. */
    function receive(child) {
      const sequence = new sequences.Sequence();
      let faults = 0;
      return new Promise((resolve) => {
        child.on('message', function take(message) {
          if (message.done !== undefined) {
            child.off('message', take);
            resolve({ sequence, faults, last: message });
            return;
          }
          sequence.add(numberOf(message));
          if (!isIntact(message)) faults++;
        });
      });
    }
  }

  return { name, title, metrics, run };
}
