// A primary's side: what goes to one worker. Node's round robin has one connection at a time on its way to a worker, and waits for
// the answer. Here it is told at once that the worker has it, up to a limit, so that connections which arrive together travel
// together.
import { MAX_IN_FLIGHT } from './limits.js';
import type { Endpoint } from '../channel/endpoint.js';
import { sendWith } from '../channel/send-handles.js';
import { EPIPE } from '../channel/outbox.js';
import { writeError } from '../errors.js';
import { BROKEN } from '../addon/native.js';
import { ArrayPrototypePush, Int32Array, SafeMap, Uint8Array, nextTick } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';
import { Connection } from './connection.js';
import { watchForServer } from './listener.js';
import type { Listener, Listening } from './listener.js';
import { isClusterMessage, keysOf } from './messages.js';
import type { ClusterMessage, Query } from './messages.js';
import { startOf } from './newconn.js';
import { Transit } from './transit.js';
import type { Sender } from './transit.js';

type Send = (message: unknown, handle: unknown, options: unknown, callback: unknown) => boolean;

/** Those of this process, by the names of their servers. */
const listeners = new SafeMap<string, Listener>();

/** @param endpoint that to a worker of node:cluster, before node:cluster has it */
export function distribute(endpoint: Endpoint): void {
  const end = new WorkerEnd(endpoint);
  endpoint.nodeErrors = true;
  const { target } = endpoint;
  const { send } = target as unknown as { send: Send };
  target.on('internalMessage', (message: unknown) => {
    if (isClusterMessage(message)) end.onMessage(message);
  });
  target.once('disconnect', () => nextTick(gone, end));
  defineValue(
    target,
    'send',
    function (message: unknown, handle: unknown, options: unknown, callback: unknown) {
      if (!handle || !isClusterMessage(message) || message.act !== 'newconn')
        return send(message, handle, options, callback);
      return end.send(message, handle as Listening, send);
    },
    true,
  );
}

function gone(end: WorkerEnd): void {
  end.onGone();
}

function flush(end: WorkerEnd): void {
  end.flush();
}

class WorkerEnd implements Sender {
  readonly #endpoint: Endpoint;
  /** To be written at the end of this tick. */
  #pending: Transit[] = [];
  #inFlight = 0;
  /** Of which Node's round robin waits for the answer. */
  readonly #owed: Transit[] = [];
  /** That the worker has not taken. */
  readonly #returned: Transit[] = [];
  /** On Node's wire, and for handles of Node's own: what the worker has not answered for, by the number of the message. */
  readonly #others = new SafeMap<number, { key: string; handle: Listening }>();
  #gone = false;

  readonly #functions: { sendConnections(start: string, places: Uint8Array): number };

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.#functions = endpoint.native.connectionFunctions();
  }

  onMessage(message: ClusterMessage): void {
    if (message.act === 'queryServer') {
      const [key, withIndex] = keysOf(message as Query);
      watchForServer((listener) => listeners.set(key, listener).set(withIndex, listener));
    } else if (message.ack !== undefined) this.#others.delete(message.ack);
  }

  /** Sends a connection, by Node's message for it. */
  send(message: ClusterMessage, handle: Listening, send: Send): boolean {
    const { key = '', seq } = message;
    if (this.#endpoint.nodeWire || !(handle instanceof Connection))
      return this.#sendOther(message, handle, send);
    const transit = new Transit(this, handle, key, seq);
    if (this.#pending.length === 0) nextTick(flush, this);
    ArrayPrototypePush(this.#pending, transit);
    this.#inFlight += 1;
    if (this.#inFlight < MAX_IN_FLIGHT) this.#acknowledge(transit);
    else ArrayPrototypePush(this.#owed, transit);
    return true;
  }

  /** Writes what this tick has brought. */
  flush(): void {
    const transits = this.#pending;
    this.#pending = [];
    for (let from = 0, to = 0; from < transits.length; from = to) {
      const { key } = transits[from] as Transit;
      while (transits[to]?.key === key) to += 1;
      this.#write(key, transits, from, to);
    }
  }

  settled(transit: Transit, error: Error | null): void {
    this.#inFlight -= 1;
    if (error === null) transit.connection.close();
    else ArrayPrototypePush(this.#returned, transit);
    if (this.#gone || this.#endpoint.connected) nextTick(settle, this);
  }

  /** Continues after answers of the worker. */
  settle(): void {
    if (!this.#gone && !this.#endpoint.connected) return;
    const returned = this.#returned.splice(0);
    for (let i = 0; i < returned.length; i++) {
      const { connection } = returned[i] as Transit;
      connection.origin.distribute(connection);
    }
    while (this.#owed.length > 0 && this.#inFlight < MAX_IN_FLIGHT)
      this.#acknowledge(this.#owed.shift() as Transit);
  }

  /** The channel has ended, and Node's cluster has removed the worker. */
  onGone(): void {
    this.#gone = true;
    this.flush();
    this.settle();
    this.#others.forEach(({ key, handle }) => {
      const listener = listeners.get(key);
      if (listener === undefined) handle.close();
      else listener.distribute(handle);
    });
    this.#others.clear();
  }

  /** Writes connections of one server together. */
  #write(key: string, transits: readonly Transit[], from: number, to: number): void {
    const { ledger, monitor, outbox } = this.#endpoint;
    const places = new Int32Array(2 * (to - from));
    for (let i = from; i < to; i++) {
      const { connection, seq } = transits[i] as Transit;
      places[2 * (i - from)] = seq;
      places[2 * (i - from) + 1] = connection.fd;
    }
    let status: number;
    try {
      status = this.#functions.sendConnections(startOf(key), new Uint8Array(places.buffer));
    } catch {
      // No descriptor is left. Their clients learn of that, as with libuv's accept().
      for (let i = from; i < to; i++) (transits[i] as Transit).settle(null);
      return;
    }
    const broken = (status & BROKEN) !== 0;
    for (let i = from; i < to; i++) {
      const transit = transits[i] as Transit;
      if (broken) transit.settle(writeError('EPIPE', EPIPE));
      else ledger.addSettling(outbox.sent + 1 + i - from, transit, [], 1);
    }
    if (broken) return;
    outbox.bookQuiet(status, to - from);
    monitor.handles('sent', to - from);
  }

  /** Lets Node's round robin go on with this worker, as if the worker had answered. */
  #acknowledge(transit: Transit): void {
    transit.acknowledged = true;
    const { connection, seq } = transit;
    connection.acknowledging = true;
    try {
      this.#tell(seq, true);
    } finally {
      connection.acknowledging = false;
    }
  }

  #tell(ack: number, accepted: boolean): void {
    this.#endpoint.target.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted }, undefined);
  }

  /** A handle of Node's own, or a worker on Node's wire: one at a time, as in Node. */
  #sendOther(message: ClusterMessage, handle: Listening, send: Send): boolean {
    const { key = '', seq } = message;
    this.#others.set(seq, { key, handle });
    const thing = handle instanceof Connection ? handle.wrap : handle;
    if (this.#endpoint.nodeWire) return send(message, thing, undefined, undefined);
    return sendWith(this.#endpoint, message, thing, false, (error) => this.#answered(seq, error));
  }

  #answered(seq: number, error: Error | null): void {
    if (error === null || this.#endpoint.connected) this.#tell(seq, error === null);
  }
}

function settle(end: WorkerEnd): void {
  end.settle();
}
