import { MessageChannel, fork } from 'forkwire';
import type {
  AnswerOf,
  ChannelControl,
  Handler,
  HandlerResult,
  MessagePort,
  ReceivedMessage,
  Reply,
  RequestContext,
  RequestOf,
  RequestOptions,
  SentMessage,
  Serializable,
  Serving,
  Untyped,
} from 'forkwire';
import type { ParentChannel } from 'forkwire/child';
import { hasType, holds } from './claims.js';
import type { Equal } from './claims.js';

interface Sums {
  add(message: { op: 'add'; a: number; b: number }): number;
  join(message: { op: 'join'; words: string[] }): Promise<string>;
}

interface Prices {
  price(message: string): number;
}

export async function typed(channel: ChannelControl<Sums, Prices>): Promise<void> {
  hasType<number>()(await channel.request({ op: 'add', a: 1, b: 2 }));
  hasType<string>()(await channel.request({ op: 'join', words: [] }, { timeout: 1 }));
  const [sum, handles] = await channel.request({ op: 'add', a: 1, b: 2 }, { withHandles: true });
  hasType<number>()(sum);
  hasType<number>()(handles.length);
  // @ts-expect-error no such request
  await channel.request({ op: 'subtract' });
  // @ts-expect-error a word is missing
  await channel.request({ op: 'add', a: 1 });
  hasType<Serving>()(channel.serve((name) => name.length));
  channel.serve(async (name, context) => {
    hasType<string>()(name);
    hasType<RequestContext>()(context);
    hasType<AbortSignal>()(context.signal);
    return context.reply(3, []);
  });
  // @ts-expect-error a price is a number
  channel.serve(() => 'three');
}

/** What programs build their own types of. */
export function parts(context: RequestContext): void {
  holds<Equal<RequestOf<Prices>, string>>();
  holds<Equal<AnswerOf<Prices, string>, number>>();
  holds<Equal<AnswerOf<Sums, { op: 'join'; words: string[] }>, string>>();
  holds<Equal<SentMessage<FromWorker>, 'ready' | { progress: number }>>();
  holds<Equal<ReceivedMessage<FromWorker>, 'ready' | { progress: number }>>();
  holds<Equal<SentMessage<Sums>, Serializable>>();
  holds<Equal<ReceivedMessage<Untyped>, unknown>>();
  holds<Equal<HandlerResult<number>, number | Reply<number>>>();
  hasType<Reply<number>>()(context.reply(3, []));
  const options: RequestOptions = { timeout: 1, signal: context.signal, handles: [], withHandles: false };
  hasType<number | undefined>()(options.timeout);
}

export async function untyped(channel: ChannelControl): Promise<void> {
  hasType<unknown>()(await channel.request({ any: 'thing' }));
  using stop = channel.serve((message, { handles }) => [message, handles.length]);
  hasType<Serving>()(stop);
  // As a listener of 'message', it may say what it expects.
  channel.serve(async ({ a, b }: { a: number; b: number }) => a + b);
  channel.serve((message, { handles, reply }) => reply(message, handles[0] ? [handles[0]] : []));
  const handler: Handler = () => undefined;
  channel.serve(handler)();
  // @ts-expect-error not an option
  await channel.request(1, { retries: 2 });
}

export function starts(): void {
  hasType<ChannelControl<Sums, Prices> | null | undefined>()(fork<Sums, Prices>('file.js').channel);
  hasType<ChannelControl<Sums, Untyped> | null | undefined>()(fork<Sums>('file.js', []).channel);
}

export function child(parent: ParentChannel<Sums, Prices>): void {
  hasType<ChannelControl<Prices, Sums> | null>()(parent.control);
}

export async function typedPort(channel: ChannelControl): Promise<void> {
  const port = channel.port<Sums, Prices>('sums');
  hasType<MessagePort<Sums, Prices>>()(port);
  hasType<number>()(await port.request({ op: 'add', a: 1, b: 2 }));
  const [text, handles] = await port.request({ op: 'join', words: [] }, { withHandles: true });
  hasType<string>()(text);
  hasType<number>()(handles.length);
  // @ts-expect-error a word is missing
  await port.request({ op: 'add', a: 1 });
  port.serve((name) => name.length);
  // @ts-expect-error a price is a number
  port.serve(() => 'three');
  // A port with a protocol is a port, and can be sent like any other.
  const any: MessagePort = port;
  any.postMessage('take it', [port]);
  channel.port('another').send('take it', port);
}

export async function untypedPort(channel: ChannelControl<Sums, Prices>): Promise<void> {
  const port = channel.port('metrics');
  hasType<MessagePort>()(port);
  hasType<unknown>()(await port.request({ any: 'thing' }));
  port.serve(async ({ a, b }: { a: number; b: number }) => a + b);
  port.serve((message, { handles }) => [message, handles.length]);
  // A port that came with a message has the protocol that the program knows it by.
  const { port1 } = new MessageChannel();
  hasType<number>()(await (port1 as MessagePort<Prices>).request('apple'));
}

interface ToWorker extends Sums {
  messages: { kind: 'start' } | { kind: 'stop'; code: number };
}

interface FromWorker {
  messages: 'ready' | { progress: number };
}

export async function typedMessages(channel: ChannelControl<ToWorker, FromWorker>): Promise<void> {
  const worker = fork<ToWorker, FromWorker>('file.js');
  worker.send({ kind: 'stop', code: 1 });
  worker.sendMany([{ kind: 'start' }]);
  await channel.post({ kind: 'start' });
  // @ts-expect-error a code is missing
  worker.send({ kind: 'stop' });
  // @ts-expect-error no such message
  worker.sendMany(['start']);
  // @ts-expect-error no such message
  await channel.post('start');
  hasType<'ready' | { progress: number }>()(await channel.next());
  for await (const message of channel.messages()) hasType<'ready' | { progress: number }>()(message);
  // The messages are not requests.
  hasType<number>()(await channel.request({ op: 'add', a: 1, b: 2 }));
  // @ts-expect-error it is a message
  await channel.request({ kind: 'start' });
}

export function typedMessagesInTheChild(parent: ParentChannel<ToWorker, FromWorker>): void {
  parent.on('message', (message) => hasType<ToWorker['messages']>()(message));
  parent.send('ready');
  // @ts-expect-error no such message
  parent.send('done');
}

export async function typedMessagesOfPorts(port: MessagePort<ToWorker, FromWorker>): Promise<void> {
  port.send({ kind: 'start' });
  // @ts-expect-error no such message
  port.send('start');
  for await (const message of port) hasType<'ready' | { progress: number }>()(message);
  const any: MessagePort = port;
  any.send('anything');
}
