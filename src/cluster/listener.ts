// The listening socket of a round robin in a primary of node:cluster. The addon accepts its connections, and passes them to the queues
// of the workers in turn. Node's round robin distributes those for which there is no queue.
import type Net = require('node:net');
import { closeReceived, native } from '../addon/native.js';
import type { Acceptor, ConnectionQueue } from '../addon/native.js';
import { openStream } from '../handles/wraps.js';
import type { StreamWrap } from '../handles/wraps.js';
import { ArrayPrototypePush, ObjectAssign, nextTick } from '../platform/primordials.js';

/** What Node's round robin (lib/internal/cluster/round_robin_handle.js) uses of a listening handle. */
export interface Listening {
  /** Set by it: gives a connection to a worker, or keeps it for one. */
  onconnection?: (error: number, connection: object) => void;
  getsockname?(out: object): number;
  close(callback?: () => void): void;
}

export class Listener {
  #handle: Listening | undefined;
  #acceptor: Acceptor | undefined;
  #closed = false;
  /** Of workers that have one. */
  #queues: ConnectionQueue[] = [];
  /** Whether a worker has none: so that each gets its turn, Node's round robin distributes everything. */
  #plain = false;

  /** @param server that of a round robin, before it listens */
  constructor(server: Net.Server) {
    // Before the listener with which the round robin takes the handle.
    server.prependOnceListener('listening', () => this.#take(server as unknown as { _handle: StreamWrap }));
  }

  /** Whether workers can have queues. */
  get hasQueues(): boolean {
    return this.#acceptor !== undefined && !this.#plain && !this.#closed;
  }

  addQueue(queue: ConnectionQueue, index: number): void {
    this.#acceptor?.add(queue, index);
    ArrayPrototypePush(this.#queues, queue);
  }

  removeQueue(queue: ConnectionQueue): void {
    this.#acceptor?.remove(queue);
  }

  /** A worker without a queue takes part. */
  addPlain(): void {
    this.#plain = true;
    const queues = this.#queues;
    this.#queues = [];
    for (let i = 0; i < queues.length; i++) this.removeQueue(queues[i] as ConnectionQueue);
  }

  /** Gives the connection that has this descriptor to the next worker. */
  give(fd: number): void {
    if (this.#closed || this.#acceptor === undefined) closeReceived({ family: 'tcp', fd });
    else this.#acceptor.give(fd);
  }

  /** Gives a connection that no worker has taken to another worker; closes it if there is none. */
  distribute(connection: Pick<Listening, 'close'>): void {
    const { onconnection } = this.#handle ?? {};
    if (this.#closed || onconnection === undefined) connection.close();
    else onconnection(0, connection);
  }

  #take(server: { _handle: Listening }): void {
    const real = server._handle as Listening & StreamWrap;
    // Closing a pipe removes its path, so Node's own handle goes on accepting.
    const accepting = real.constructor.name === 'TCP' ? this.#accept(real) : undefined;
    if (accepting !== undefined) server._handle = accepting;
    const handle = server._handle;
    const { close } = handle;
    handle.close = (callback) => {
      this.#closed = true;
      close.call(handle, callback);
    };
    this.#handle = handle;
  }

  /** Accepts in place of Node's handle, which is closed: it cannot stop accepting otherwise. Undefined if that is impossible. */
  #accept(real: Listening & StreamWrap): Listening | undefined {
    const name = { __proto__: null };
    real.getsockname?.(name);
    let acceptor: Acceptor;
    try {
      acceptor = new (native().Acceptor)(real.fd, (fds) => this.#onConnections(fds));
    } catch {
      return undefined;
    }
    this.#acceptor = acceptor;
    real.close();
    return {
      getsockname(out) {
        ObjectAssign(out, name);
        return 0;
      },
      close(callback) {
        acceptor.close();
        if (callback !== undefined) nextTick(callback);
      },
    };
  }

  #onConnections(fds: number[]): void {
    for (let i = 0; i < fds.length; i++) this.distribute(openStream('tcp', fds[i] as number));
  }
}

/**
 * Calls `found` with the server that the running turn makes for a round robin. Node does not show it: it calls createServer() of
 * node:net, which is replaced until then.
 */
export function watchForServer(found: (listener: Listener) => void): void {
  const net = require('node:net') as { createServer: (...all: unknown[]) => Net.Server };
  const original = net.createServer;
  const restore = (): void => {
    if (net.createServer === replacement) net.createServer = original;
  };
  function replacement(this: unknown, ...all: unknown[]): Net.Server {
    const server = original.apply(this, all);
    // `net.createServer(assert.fail)`
    if (all.length === 1 && (all[0] as { name?: unknown } | undefined)?.name === 'fail') {
      restore();
      found(new Listener(server));
    }
    return server;
  }
  net.createServer = replacement;
  nextTick(restore);
}
