// The types that programs meet. Compiled, never run.
import type { ChildProcess as NodeChildProcess } from 'node:child_process';
import type { Socket as DgramSocket } from 'node:dgram';
import type { Server, Socket } from 'node:net';
import { channel } from '../src/child.js';
import { fork } from '../src/index.js';
import type {
  ChannelStats,
  ChildProcess,
  ForkOptions,
  MessageOptions,
  SendHandle,
  Serializable,
} from '../src/index.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(..._claim: T[]): void => {};

declare const socket: Socket;
declare const server: Server;
declare const datagrams: DgramSocket;

export function forkOverloads(): void {
  const options: ForkOptions = {
    highWaterMark: 1,
    maxMessageSize: 1,
    flushTimeout: 0,
    serialization: 'advanced',
    stdio: ['pipe', 'ipc'],
    signal: AbortSignal.timeout(1),
    cwd: new URL('file:///'),
  };
  holds<Equal<ReturnType<typeof fork>, ChildProcess>>();
  fork('file.js');
  fork(new URL('file:///file.js'));
  fork('file.js', options);
  fork('file.js', ['a'], options);
  fork('file.js', ['a'] as const);
  fork('file.js', undefined, options);
  // @ts-expect-error no module
  fork();
  // @ts-expect-error no such serialization
  fork('file.js', { serialization: 'xml' });
  // @ts-expect-error no number of bytes
  fork('file.js', { highWaterMark: '1' });
}

export function sendOverloads(child: ChildProcess): boolean[] {
  const callback = (error: Error | null): void => void error;
  const options: MessageOptions = { keepOpen: true, swallowErrors: true };
  return [
    child.send('message'),
    child.send({ a: NaN }),
    child.send(null),
    child.send('message', callback),
    child.send('message', socket),
    child.send('message', server, callback),
    child.send('message', datagrams, options),
    child.send('message', socket, options, callback),
    child.send('message', undefined, options, callback),
    child.send('message', [socket, server, datagrams]),
    child.send('message', [socket], options, callback),
    // @ts-expect-error no message
    child.send(),
    // @ts-expect-error undefined is no message
    child.send(undefined),
    // @ts-expect-error a symbol is no message
    child.send(Symbol('s')),
    // @ts-expect-error an object is no handle
    child.send('message', {}),
    // @ts-expect-error no such option
    child.send('message', socket, { keepopen: true }),
    // @ts-expect-error a callback takes an error
    child.send('message', (error: string) => void error),
  ];
}

export function members(child: ChildProcess): void {
  const asNode: NodeChildProcess = child;
  holds<Equal<typeof child.wire, 'native' | 'node' | 'stock'>>();
  holds<Equal<typeof child.connected, boolean>>();
  child.channel?.ref();
  child.channel?.unref();
  child.disconnect();
  child.on('drain', () => {});
  child.on('message', (_message, _handle) => {});
  asNode.kill();
  // @ts-expect-error it says what is, and cannot be set
  child.wire = 'stock';
}

export function inTheChild(): void {
  if (channel === undefined) return;
  holds<Equal<ReturnType<typeof channel.send>, boolean>>();
  holds<Equal<typeof channel.connected, boolean>>();
  channel.send('message', socket, { keepOpen: true }, (error) => void error?.message);
  channel.on('message', (message, handle) => channel?.send({ message, handled: handle !== undefined }));
  channel.once('disconnect', () => {});
  channel.control?.refCounted();
  channel.disconnect();
  // @ts-expect-error no such event
  channel.on('no such event', () => {});
}

export function named(message: Serializable, handle: SendHandle): unknown[] {
  return [message, handle];
}

export function statsOfChannels(child: ChildProcess): void {
  const stats = child.channel?.stats?.();
  if (stats !== undefined) holds<Equal<typeof stats, ChannelStats>>();
  const backlog: number | undefined = channel?.control?.stats?.().sent.backlog;
  void backlog;
  // @ts-expect-error absent on Node's own channel
  child.channel?.stats();
}
