// One parent sends the same number of messages to each of many children, all at once.
import { withChildren } from '../lib/with-child.mjs';
import { sendHonouring } from '../lib/sending.mjs';
import messageKinds from '../lib/messages.cjs';
import sequences from '../lib/sequence.cjs';

const WARM_UP_PART = 0.1;

/** `count` messages in all. */
export function fanOut({ name, title, bytes, count, children, maxRounds }) {
  const metrics = [{ id: 'rate', unit: 'msg/s', better: 'higher' }];

  async function run(implementation, scale) {
    const each = Math.ceil(scale(count) / children);
    const sizes = [Math.ceil(each * WARM_UP_PART), each];
    const args = ['object', bytes, ...sizes].map(String);
    const { make } = messageKinds.messages('object', bytes);
    let seconds;
    await withChildren(implementation, 'sink.cjs', { args, children }, async (ends) => {
      for (const size of sizes) {
        const begun = performance.now();
        await Promise.all(ends.map((end) => sendAll(end, size)));
        seconds = (performance.now() - begun) / 1000;
      }
    });
    return { rate: (each * children) / seconds };

    async function sendAll({ child, nextMessage }, size) {
      const sent = new sequences.Sequence();
      const reply = nextMessage();
      await sendHonouring(implementation, child, size, (seq) => {
        sent.add(seq);
        return make(seq);
      });
      sent.compare(await reply);
    }
  }

  return { name, title, metrics, run, maxRounds };
}
