// Accepted TCP connections are passed to a child, which closes them. Only passing them is timed: the
// connections are made before the clock starts, and the clients are checked after it has stopped.
// A fifth of the connections come before all others, because each runs much of Node's code for sockets,
// and compiling that would be most of a short measurement.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { connectClients, haveAllEnded } from '../lib/clients.mjs';
import { withChild } from '../lib/with-child.mjs';
import sequences from '../lib/sequence.cjs';

/** `batch` connections at a time, so that the descriptors of both ends fit a limit of 1024; `warmUp` batches are not timed. */
export function sockets({ name, title, batch, batches, warmUp }) {
  const metrics = [{ id: 'rate', unit: 'sock/s', better: 'higher' }];

  async function run(implementation, scale) {
    const rounds = scale(batches);
    const server = createServer({ pauseOnConnect: true });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    let seconds = 0;
    await withChild(
      implementation,
      'close-sockets.cjs',
      { args: [String(batch)] },
      async (child, nextMessage) => {
        for (let n = -scale(warmUp); n < rounds; n++) {
          const { clients, accepted } = await connectClients(server, batch);
          const sent = new sequences.Sequence();
          const ports = accepted.map((socket) => socket.remotePort);
          const reply = nextMessage();
          const begun = performance.now();
          for (const [seq, socket] of accepted.entries()) {
            sent.add(seq);
            child.send({ seq, port: ports[seq] }, socket);
          }
          sent.compare(await reply);
          if (n >= 0) seconds += (performance.now() - begun) / 1000;
          await haveAllEnded(clients);
        }
      },
    );
    server.close();
    return { rate: (batch * rounds) / seconds };
  }

  return { name, title, metrics, run };
}
