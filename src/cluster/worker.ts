// A worker's side: connections come from the primary through a queue, and Node's code says of each whether a server takes it.
import type { Endpoint } from '../channel/endpoint.js';
import { native } from '../addon/native.js';
import type { ConnectionTaker } from '../addon/native.js';
import { isStreamWrap, openStream } from '../handles/wraps.js';
import type { StreamWrap } from '../handles/wraps.js';
import { SafeMap, nextTick, setTimeout } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';
import { Command, commandOf, isClusterMessage } from './messages.js';
import type { ClusterMessage } from './messages.js';

/** How long reading stops when no descriptor is left, in milliseconds. */
const PAUSE = 10;

/** The numbers that messages about connections from the queue have. Node's own are above 0. */
const OURS = -1;

type Send = (message: unknown, handle: unknown, options: unknown, callback: unknown) => boolean;

export function takeConnections(endpoint: Endpoint): void {
  if (endpoint.nodeWire) return;
  const end = new WorkerSide(endpoint);
  const { target } = endpoint;
  const { send } = target as unknown as { send: Send };
  target.on('internalMessage', (message: unknown, handle: unknown) => {
    if (isClusterMessage(message)) end.onMessage(message);
    else if (commandOf(message) === Command.queue) end.onQueue(handle);
  });
  target.once('disconnect', () => end.close());
  defineValue(
    target,
    'send',
    function (message: unknown, handle: unknown, options: unknown, callback: unknown) {
      if (!isClusterMessage(message)) return send(message, handle, options, callback);
      if (message.ack === OURS) {
        if (message.accepted !== true) end.refuse();
        return true;
      }
      end.onSend(message);
      return send(message, handle, options, callback);
    },
    true,
  );
}

class WorkerSide {
  readonly #endpoint: Endpoint;
  #taker: ConnectionTaker | undefined;
  /** The connection that Node's code is given. */
  #current: { readonly index: number; readonly wrap: StreamWrap } | undefined;
  #servers = 0;
  /** The names of servers by their numbers. */
  readonly #keys = new SafeMap<number, string>();
  readonly #open = new SafeMap<string, number>();

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /** An answer with the name of a socket: Node's round robin will distribute its connections. */
  onMessage({ ack, key, sockname, errno }: ClusterMessage): void {
    if (ack === undefined || key === undefined || !sockname || errno) return;
    const index = this.#servers++;
    this.#keys.set(index, key);
    this.#open.set(key, index);
    this.#update();
    // After Node's code has the server.
    nextTick(ready, this.#endpoint, key, index);
  }

  onSend({ act, key = '' }: ClusterMessage): void {
    if (act !== 'close') return;
    this.#open.delete(key);
    this.#update();
  }

  onQueue(handle: unknown): void {
    const taker = openQueue(handle, (index, fd) => this.#take(index, fd));
    if (taker === undefined) {
      if (this.#endpoint.connected) this.#endpoint.sendInternal({ cmd: Command.noQueue });
      return;
    }
    this.close();
    this.#taker = taker;
    this.#update();
  }

  /** The connection goes back. Node's code closes it here. */
  refuse(): void {
    const { index, wrap } = this.#current as { index: number; wrap: StreamWrap };
    this.#taker?.giveBack(index, wrap.fd);
  }

  close(): void {
    this.#taker?.close();
    this.#taker = undefined;
  }

  #take(index: number, fd: number): void {
    if (fd < 0) {
      if (this.#endpoint.connected) this.#endpoint.sendInternal({ cmd: Command.full });
      setTimeout(() => this.#update(), PAUSE).unref();
      return;
    }
    let wrap: StreamWrap;
    try {
      wrap = openStream('tcp', fd);
    } catch {
      return; // it was not a connection, and is closed
    }
    const { monitor, target } = this.#endpoint;
    monitor.handles('received', 1);
    this.#current = { index, wrap };
    const message = { cmd: 'NODE_CLUSTER', act: 'newconn', key: this.#keys.get(index), seq: OURS };
    target.emit('internalMessage', message, wrap);
  }

  /** Without servers, everything stays in the queue. */
  #update(): void {
    this.#taker?.setReading(this.#open.size > 0);
  }
}

/** Undefined: it was lost on its way, or this process has no descriptor left. */
function openQueue(
  handle: unknown,
  onConnection: (index: number, fd: number) => void,
): ConnectionTaker | undefined {
  if (!isStreamWrap(handle)) return undefined;
  try {
    return new (native().ConnectionTaker)(handle.fd, onConnection);
  } catch {
    return undefined;
  } finally {
    handle.close();
  }
}

function ready(endpoint: Endpoint, key: string, index: number): void {
  if (endpoint.connected) endpoint.sendInternal({ cmd: Command.ready, key, index });
}
