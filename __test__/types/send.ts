import type { Socket as DgramSocket } from 'node:dgram';
import type { Server as HttpServer } from 'node:http';
import type { Server, Socket } from 'node:net';
import type {
  ChildProcess,
  MessageOptions,
  MessagePort,
  PortHandle,
  Send,
  SendCallback,
  SendHandle,
  SendMany,
  SharedMemory,
  Serializable,
  SingleHandle,
} from 'forkwire';
import { channel } from 'forkwire/child';
import { hasType, holds } from './claims.js';
import type { Equal } from './claims.js';

declare const socket: Socket;
declare const server: Server;
declare const http: HttpServer;
declare const datagrams: DgramSocket;
declare const handle: SendHandle;
declare const port: MessagePort;
declare const memory: SharedMemory;
declare const maybe: Socket | undefined;
declare const callback: SendCallback;
const options: MessageOptions = { keepOpen: true, swallowErrors: undefined };

const senders = (child: ChildProcess): Send[] =>
  channel === undefined ? [child.send] : [child.send, channel.send];

export function messages(child: ChildProcess): void {
  for (const send of senders(child)) {
    hasType<boolean>()(send('text'));
    for (const message of [{ a: NaN }, [1, 'a'], 1, 1n, true, null, new Map(), new Date()]) send(message);
    // @ts-expect-error a message is required
    send();
    // @ts-expect-error undefined is not a message
    send(undefined);
    // @ts-expect-error a symbol is not a message
    send(Symbol('s'));
  }
  hasType<SendMany>()(child.sendMany);
  hasType<boolean>()(child.sendMany(['text', { a: 1 }], callback));
  // @ts-expect-error several messages are an array
  child.sendMany('text');
  holds<Equal<Serializable, string | object | number | boolean | bigint | null>>();
}

export function handles(child: ChildProcess): void {
  for (const send of senders(child)) {
    for (const one of [socket, server, http, datagrams, memory, handle]) {
      hasType<boolean>()(send('message', one));
      send('message', one, callback);
      send('message', one, options);
      send('message', one, options, callback);
    }
    send('message', maybe);
    send('message', undefined, options, callback);
    send('message', [socket, server, datagrams]);
    send('message', port);
    send('message', [port, socket]);
    const like: PortHandle = port;
    send('message', like);
    send('message', [socket] as const, options, callback);
    send('message', []);
    // @ts-expect-error an object is not a handle
    send('message', {});
    // @ts-expect-error null is not a handle
    send('message', null);
    // @ts-expect-error a descriptor is not a handle
    send('message', 3);
    // @ts-expect-error an array has handles only
    send('message', [socket, 'text']);
    // @ts-expect-error arrays do not nest
    send('message', [[socket]]);
  }
  holds<
    Equal<
      Extract<SingleHandle, Socket | Server | DgramSocket | SharedMemory>,
      Socket | Server | DgramSocket | SharedMemory
    >
  >();
  holds<Equal<SendHandle, SingleHandle | readonly SingleHandle[]>>();
}

export function callbacksAndOptions(child: ChildProcess): void {
  holds<Equal<SendCallback, (error: Error | null) => void>>();
  holds<Equal<keyof MessageOptions, 'keepOpen' | 'swallowErrors' | 'transfer'>>();
  for (const send of senders(child)) {
    send('message', callback);
    send('message', () => {});
    send('message', (error) => hasType<Error | null>()(error));
    send('message', socket, (error) => hasType<Error | null>()(error));
    send('message', socket, options, (error) => hasType<Error | null>()(error));
    // @ts-expect-error no such option
    send('message', socket, { keepopen: true });
    // @ts-expect-error an option is true or false
    send('message', socket, { keepOpen: 'yes' });
    // @ts-expect-error options come after the handle
    send('message', options);
    // @ts-expect-error the error may be null
    send('message', (error: Error) => void error);
    // @ts-expect-error it is called with an error
    send('message', (error: string) => void error);
    // @ts-expect-error the callback comes last
    send('message', callback, socket);
  }
}
