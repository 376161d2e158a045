import net from 'node:net';
import { MessageChannel, MessagePort, fork } from 'forkwire';
import type {
  ChannelControl,
  ChannelStats,
  MessageChannelConstructor,
  MessageIterator,
  MessageWithHandles,
  MessagePortConstructor,
  MessageSource,
  MessagesOptions,
  NextOptions,
  PortEvent,
  PortListener,
  PortListenerObject,
  PortTransfer,
  PostOptions,
  SingleHandle,
} from 'forkwire';
import { hasType } from './claims.js';

export function pairs(control: ChannelControl): void {
  const { port1, port2 } = new MessageChannel({ highWaterMark: 1 });
  hasType<MessagePort>()(port1);
  hasType<MessagePort>()(control.port('name'));
  const transfer: PortTransfer[] = [port2, new net.Socket(), new ArrayBuffer(8)];
  hasType<void>()(port1.postMessage({ port2 }, transfer));
  port1.postMessage(new Map(), { transfer });
  hasType<boolean>()(
    port1.send('text', port2, { keepOpen: true }, (error) => hasType<Error | null>()(error)),
  );
  hasType<boolean>()(port1.sendMany([1, 2]));
  hasType<boolean>()(fork('child.js').send('a port', [port2]));
  const listener: PortListener = (event) => hasType<PortEvent>()(event);
  port1.addEventListener('message', listener, { once: true });
  const object: PortListenerObject = { handleEvent: listener };
  port1.addEventListener('close', object);
  port1.removeEventListener('message', listener);
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the property is tested
  port1.onmessage = ({ data, ports }) => {
    hasType<unknown>()(data);
    hasType<readonly MessagePort[]>()(ports);
  };
  port1.on('message', (message, handle) => void [message, handle]);
  port1.start();
  port1.ref();
  port1.unref();
  hasType<boolean>()(port1.hasRef());
  hasType<ChannelStats | undefined>()(port1.stats());
  port1.close(() => {});
  using closing = port2;
  hasType<boolean>()(closing instanceof MessagePort);
  const Class: MessagePortConstructor = MessagePort;
  hasType<MessagePort>()(Class.prototype);
  const Pair: MessageChannelConstructor = MessageChannel;
  hasType<MessagePort>()(new Pair().port2);
  // @ts-expect-error a program makes a pair
  void new MessagePort();
  // @ts-expect-error not an option
  void new MessageChannel({ highWatermark: 1 });
  // @ts-expect-error text is not moved
  port1.postMessage('text', ['text']);
  // @ts-expect-error a name is text
  control.port(1);
}

/** The same on channels and ports. */
export async function conversation(end: ChannelControl | MessagePort): Promise<void> {
  const post: PostOptions = { handles: new net.Socket(), keepOpen: true, signal: AbortSignal.timeout(1) };
  hasType<void>()(await end.post('text', post));
  const source: MessageSource = end;
  hasType<unknown>()(await source.next());
  const loop: MessagesOptions = { signal: AbortSignal.timeout(1) };
  hasType<MessageIterator<unknown>>()(end.messages());
  for await (const message of end.messages<string>({ handles: false })) hasType<string>()(message);
  for await (const both of end.messages({ ...loop, handles: true })) {
    hasType<MessageWithHandles<unknown>>()(both);
    const [message, handles] = both;
    hasType<unknown>()(message);
    hasType<readonly (SingleHandle | undefined)[]>()(handles);
  }
  const next: NextOptions & { handles?: false } = { filter: (message) => message === 'text' };
  hasType<unknown>()(await end.next(next));
  const [text, handles] = await end.next<string>({ handles: true });
  hasType<string>()(text);
  hasType<number>()(handles.length);
  // @ts-expect-error a filter is a function
  await end.next({ filter: 'text' });
  // @ts-expect-error not an option
  end.messages({ handle: true });
  // @ts-expect-error an option of send(), not of post()
  await end.post('text', { swallowErrors: true });
}
