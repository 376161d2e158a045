import { onEachWire } from '../helpers/each-wire.mjs';
import { closed } from '../helpers/child.mjs';

const ROUNDS = 6;

/** A child that has read a request says so in a file of its own, which outlives it. */
for (const serialization of ['json', 'advanced']) {
  onEachWire(
    `${serialization}: each request settles once when the child is killed, and "no" is never a lie`,
    async (t, { fork }) => {
      for (let round = 0; round < ROUNDS; round++) {
        const child = fork('requests/count-aloud.cjs', { serialization, silent: true });
        child.on('error', t.fail);
        let last = -1;
        child.stdout.setEncoding('utf8').on('data', (text) => {
          for (const line of text.split('\n')) if (line !== '') last = Math.max(last, Number(line));
        });
        const over = closed(child);
        await child.channel.request(0);
        let settled = 0;
        const outcomes = [];
        const all = [];
        for (let n = 1; n <= 3000; n++) {
          const request = child.channel.request({ n, padding: 'x'.repeat((n * 37) % 900) });
          all.push(
            request.then(
              () => (outcomes[n] = 'answered'),
              (error) => (outcomes[n] = error.delivered ?? error),
            ),
          );
          void request.catch(() => {}).then(() => (settled += 1));
          if (n === 500 * (round % 3) + 100) setImmediate(() => child.kill('SIGKILL'));
        }
        await Promise.all(all);
        await over;
        t.is(settled, 3000);
        const words = new Set(outcomes.filter(Boolean));
        for (const word of words) t.true(['answered', 'no', 'unknown'].includes(word), String(word));
        const firstUndelivered = outcomes.indexOf('no');
        if (firstUndelivered !== -1) t.true(last < firstUndelivered, `${last} < ${firstUndelivered}`);
      }
    },
  );
}

onEachWire('children that are killed while they answer leave nothing open', async (t, { fork }) => {
  await Promise.all(
    Array.from({ length: 6 }, async (_, at) => {
      const child = fork('requests/serve.cjs');
      child.on('error', t.fail);
      const { channel } = child;
      const over = closed(child);
      const all = Array.from({ length: 200 }, (__, n) =>
        channel.request({ do: n % 2 ? 'later' : 'never', value: 'x'.repeat(5000) }),
      );
      all[1 + 2 * at].then(() => child.kill('SIGKILL')).catch(() => {});
      const results = await Promise.allSettled(all);
      for (const { status, reason } of results)
        if (status === 'rejected') t.is(reason.code, 'ERR_FORKWIRE_PEER_GONE');
      await over;
      t.is(channel.stats().sent.requestsInFlight, 0);
    }),
  );
});
