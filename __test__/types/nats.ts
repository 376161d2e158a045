// What the types of forkwire/nats accept and refuse. That they accept the connection of @nats-io/transport-node, whose own types are not
// as strict as ours, is tested by the block in docs/nats.md.
import { natsBridge, natsPort } from 'forkwire/nats';
import type {
  NatsBridge,
  NatsBridgeOptions,
  NatsBridgeStats,
  NatsConnection,
  NatsHeaders,
  NatsMessage,
  NatsPort,
  NatsPortOptions,
  NatsPortStats,
  NatsServeOptions,
  NatsServerInfo,
  NatsServing,
  NatsStatus,
  NatsSubscription,
  NatsWorkerExit,
} from 'forkwire/nats';
import { hasType } from './claims.js';

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

export async function describes(connection: NatsConnection): Promise<void> {
  const options: NatsPortOptions = {
    queue: 'q',
    serialization: 'advanced',
    maxMessageSize: 1,
    heartbeat: 100,
    inboxPrefix: '_INBOX.mine',
  };
  const port: NatsPort = natsPort(connection, 'sums', options);
  hasType<NatsPortStats>()(port.stats());
  const serve: NatsServeOptions = { concurrency: 4 };
  hasType<NatsServing>()(port.serve(() => 1, serve));
  hasType<void>()(await port.post('text', { signal: AbortSignal.timeout(1) }));
  hasType<unknown>()(await port.next());
  await port.close();
  const bridging: NatsBridgeOptions = { ...options, workers: 2, prefork: 1, args: ['a'], drainTimeout: 1 };
  const bridge: NatsBridge = natsBridge(connection, 'sums', 'worker.js', bridging);
  hasType<NatsBridgeStats>()(bridge.stats());
  bridge.on('exit', ({ code, delay }: NatsWorkerExit) => hasType<number>()((code ?? 0) + delay));
  await bridge.close();
  // @ts-expect-error: another machine has no such handle
  await port.request(1, { handles: ['socket'] });
  // @ts-expect-error: nothing is transferred to another machine
  port.postMessage(1, [new ArrayBuffer(8)]);
  // @ts-expect-error: the file of the workers is missing
  natsBridge(connection, 'sums');
}

/** What a connection of another library has to have. */
export function connects(): NatsConnection {
  const info: NatsServerInfo = { max_payload: 1 };
  const headers: NatsHeaders = { code: 0, get: (name) => name };
  const message: NatsMessage = { subject: 's', data: new Uint8Array(1), headers };
  const subscription: NatsSubscription = { drain: async () => {}, unsubscribe: () => {} };
  const status: NatsStatus = { type: 'disconnect' };
  return {
    info,
    publish: () => {},
    subscribe: (_subject, { callback }) => {
      callback(null, message);
      return subscription;
    },
    flush: async () => {},
    status: async function* () {
      yield status;
    },
    closed: async () => {},
    isClosed: () => false,
  };
}
