import type { Socket } from 'node:net';
import { channel } from 'forkwire/child';
import type {
  ChannelControl,
  MessageEvent,
  ParentChannel,
  ParentChannelEvents,
  ParentMessageListener,
} from 'forkwire/child';
import { hasType, holds } from './claims.js';
import type { Equal } from './claims.js';

hasType<ParentChannel | undefined>()(channel);
// @ts-expect-error absent in a process that was not forked
channel.disconnect();

export function members(parent: ParentChannel): void {
  hasType<boolean>()(parent.connected);
  hasType<ChannelControl | null>()(parent.control);
  hasType<boolean>()(parent.send('message'));
  hasType<void>()(parent.disconnect());
  hasType<number | undefined>()(parent.control?.stats?.().sent.backlog);
  // @ts-expect-error null once the channel has ended
  parent.control.refCounted();
  // @ts-expect-error read-only
  parent.connected = false;
  // @ts-expect-error not on this object: `control` has it
  parent.ref();
}

export function listeners(parent: ParentChannel): void {
  holds<Equal<MessageEvent, 'message' | 'internalMessage'>>();
  holds<Equal<keyof ParentChannelEvents, 'disconnect' | 'drain' | 'error'>>();
  for (const add of ['on', 'once', 'off'] as const) {
    hasType<ParentChannel>()(parent[add]('disconnect', () => {}));
    parent[add]('message', (message, handle) => {
      hasType<unknown>()(message);
      hasType<unknown>()(handle);
    });
    parent[add]<{ id: number }, Socket>('message', ({ id }, socket) => {
      hasType<number>()(id);
      hasType<Socket>()(socket);
    });
    const listener: ParentMessageListener<string, Socket> = (text, socket) => socket.end(text);
    parent[add]('message', listener);
    parent[add]('internalMessage', (message) => hasType<unknown>()(message));
    parent[add]('error', (error) => hasType<Error>()(error));
    parent[add]('drain', () => {});
    // @ts-expect-error no such event
    parent[add]('exit', () => {});
    // @ts-expect-error 'disconnect' has no arguments
    parent[add]('disconnect', (error: Error) => void error);
    // @ts-expect-error a listener is required
    parent[add]('message');
  }
}

/** The members of `process` are the same channel, with the types of Node. */
export function onProcess(socket: Socket): void {
  hasType<boolean | undefined>()(process.send?.('message', socket, { keepOpen: true }, () => {}));
  process.disconnect?.();
  process.channel?.ref();
  process.channel?.unref();
  process.on('message', (message, handle) => void [message, handle]);
}
