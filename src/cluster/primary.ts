// A primary's side: what goes to one worker. Its connections come through a queue of its own, which the addon fills. Where that is
// impossible, Node's round robin sends them as messages: to a worker on Node's wire, on other systems than Linux, and for servers
// that listen on a path.
import type { Endpoint } from '../channel/endpoint.js';
import { sendWith } from '../channel/send-handles.js';
import { SafeMap, nextTick, setTimeout } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';
import { watchForServer } from './listener.js';
import type { Listener, Listening } from './listener.js';
import { Command, commandOf, isClusterMessage, isReady, keysOf } from './messages.js';
import type { ClusterMessage, Query, Ready } from './messages.js';
import { WorkerQueue } from './queue.js';

type Send = (message: unknown, handle: unknown, options: unknown, callback: unknown) => boolean;

/** Milliseconds until a connection is sent again that could not be sent. */
const PAUSE = 10;

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
    else if (isReady(message)) end.onReady(message);
    else if (commandOf(message) === Command.full) end.onFull();
    else if (commandOf(message) === Command.noQueue) end.onNoQueue();
  });
  target.once('disconnect', () => nextTick(gone, end));
  defineValue(
    target,
    'send',
    function (message: unknown, handle: unknown, options: unknown, callback: unknown) {
      if (!isClusterMessage(message)) return send(message, handle, options, callback);
      if (handle && message.act === 'newconn') return end.send(message, handle as Listening, send);
      end.onSend(message);
      return send(message, handle, options, callback);
    },
    true,
  );
}

function gone(end: WorkerEnd): void {
  end.onGone();
}

class WorkerEnd {
  readonly #endpoint: Endpoint;
  #queue: WorkerQueue | undefined;
  /** The worker cannot have one. */
  #noQueue = false;
  /** What was sent as a message and the worker has not answered, by the number of the message. */
  readonly #unanswered = new SafeMap<number, { key: string; handle: Listening }>();

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  onMessage(message: ClusterMessage): void {
    const { act, ack, key = '' } = message;
    if (act === 'queryServer') {
      const [name, withIndex] = keysOf(message as Query);
      watchForServer((listener) => listeners.set(name, listener).set(withIndex, listener));
    } else if (act === 'close') {
      const listener = listeners.get(key);
      if (listener !== undefined) this.#queue?.remove(listener);
    } else if (ack !== undefined) this.#unanswered.delete(ack);
  }

  /** A message of Node's cluster leaves. */
  onSend({ act, key = '', sockname, errno }: ClusterMessage): void {
    if (act === 'disconnect') this.#queue?.removeAll();
    // A server listens in a worker on Node's wire.
    else if (this.#endpoint.nodeWire && sockname && !errno) listeners.get(key)?.addPlain();
  }

  /** A server of the worker takes connections from the queue. */
  onReady({ key, index }: Ready): void {
    const listener = listeners.get(key);
    if (listener?.hasQueues !== true || !this.#endpoint.connected) return;
    try {
      if (!this.#noQueue) this.#queue ??= this.#openQueue();
    } catch {
      // The next server may have one.
    }
    if (this.#queue === undefined) listener.addPlain();
    else this.#queue.add(listener, index);
  }

  /** The queue has not reached the worker. What is in it, and what follows, goes by Node's round robin. */
  onNoQueue(): void {
    this.#noQueue = true;
    this.#queue?.giveUp();
    this.#queue = undefined;
  }

  /** The worker has no descriptor left for what is in the queue. */
  onFull(): void {
    this.#queue?.redistribute();
  }

  /** Sends a connection as a message, as Node does. The worker answers it. */
  send(message: ClusterMessage, handle: Listening, send: Send): boolean {
    const { key = '', seq } = message;
    this.#unanswered.set(seq, { key, handle });
    const onSent = (error: Error | null): void => this.#sent(seq, error);
    if (this.#endpoint.nodeWire) return send(message, handle, undefined, onSent);
    return sendWith(this.#endpoint, message, handle, false, onSent);
  }

  /** The channel has ended, and Node's cluster has removed the worker. */
  onGone(): void {
    this.#queue?.close();
    this.#unanswered.forEach(({ key, handle }) => {
      const listener = listeners.get(key);
      if (listener === undefined) handle.close();
      else listener.distribute(handle);
    });
    this.#unanswered.clear();
  }

  /** @throws an errno error */
  #openQueue(): WorkerQueue {
    const queue = new WorkerQueue();
    const end = queue.openWorkerEnd();
    sendWith(this.#endpoint, { cmd: Command.queue }, end, false, (error) => {
      end.close();
      if (error !== null && this.#endpoint.connected) this.onNoQueue();
    });
    return queue;
  }

  /** Lets Node's round robin give the connection to another worker if this one has no descriptor left. */
  #sent(seq: number, error: Error | null): void {
    if (error === null || !this.#endpoint.connected) return;
    if ((error as { code?: string }).code === 'ERR_FORKWIRE_HANDLE_REFUSED') this.#refuse(seq);
    // This process has none left. Node's round robin tries again at once, and nothing can change that in the same turn.
    else setTimeout(() => this.#refuse(seq), PAUSE);
  }

  #refuse(seq: number): void {
    if (!this.#unanswered.delete(seq)) return; // the worker has ended, and another one has the connection
    const refused = { cmd: 'NODE_CLUSTER', ack: seq, accepted: false };
    this.#endpoint.target.emit('internalMessage', refused, undefined);
  }
}
