// What the types of forkwire/nats accept and refuse. That they accept the connection of @nats-io/transport-node, whose own types are not
// as strict as ours, is tested by the block in docs/nats.md.
import { natsBridge, natsPort } from 'forkwire/nats';
import type { NatsBridge, NatsConnection, NatsPort, NatsServing } from 'forkwire/nats';

interface Sums {
  add(message: { op: 'add'; a: number; b: number }): number;
  join(message: { op: 'join'; words: string[] }): string;
}

export async function accepts(connection: NatsConnection): Promise<void> {
  const port: NatsPort<Sums, Sums> = natsPort<Sums, Sums>(connection, 'sums', { queue: 'q' });
  const sum: number = await port.request({ op: 'add', a: 1, b: 2 });
  const text: string = await port.request({ op: 'join', words: ['a'] }, { timeout: 10 });
  const serving: NatsServing = port.serve(
    (message) => (message.op === 'add' ? message.a + message.b : message.words.join(' ')),
    { concurrency: 4 },
  );
  serving.concurrency = sum + text.length;
  for await (const message of port.messages<{ n: number }>()) serving.concurrency += message.n;
  await using bridge: NatsBridge = natsBridge(connection, 'sums', new URL('worker.js', 'file:///'), {
    workers: 2,
    fork: { detached: true },
    serve: (question: string) => question,
  });
  const { pid } = bridge.workers[0] ?? {};
  port.addEventListener('message', ({ data }) => void [data, pid]);

  // @ts-expect-error: nobody answers that
  await port.request({ op: 'other' });
  // @ts-expect-error: a port has no such option
  natsPort(connection, 'sums', { que: 'q' });
  // @ts-expect-error: the subject is missing
  natsPort(connection);
  // @ts-expect-error: not a connection
  natsPort({}, 'sums');
}
