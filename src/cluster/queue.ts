// A primary's part of the queue of one worker: which of its servers get connections from it.
import { closeReceived, native } from '../addon/native.js';
import type { ConnectionQueue } from '../addon/native.js';
import { openStream } from '../handles/wraps.js';
import type { StreamWrap } from '../handles/wraps.js';
import { SafeMap } from '../platform/primordials.js';
import type { Listener } from './listener.js';

export class WorkerQueue {
  readonly #queue: ConnectionQueue;
  /** By the numbers that the worker has given them. */
  readonly #listeners = new SafeMap<number, Listener>();

  /** @throws an errno error */
  constructor() {
    this.#queue = new (native().ConnectionQueue)((index, fd) => this.#distribute(index, fd));
  }

  /** The worker's end, to be sent. @throws an errno error */
  openWorkerEnd(): StreamWrap {
    return openStream('pipe', this.#queue.workerEnd());
  }

  add(listener: Listener, index: number): void {
    this.#listeners.set(index, listener);
    listener.addQueue(this.#queue, index);
  }

  /** The worker's server gets no more. What the worker has not read goes to others. */
  remove(listener: Listener): void {
    listener.removeQueue(this.#queue);
    this.redistribute();
  }

  /** The worker gets no more at all. */
  removeAll(): void {
    this.#listeners.forEach((listener) => listener.removeQueue(this.#queue));
    this.redistribute();
  }

  /** The worker will never read it. Its servers get their connections without queues. */
  giveUp(): void {
    this.#listeners.forEach((listener) => listener.addPlain());
    this.close();
  }

  /** The worker has ended. */
  close(): void {
    this.removeAll();
    this.#queue.close();
  }

  /** Gives what the worker has not read to the next workers. */
  redistribute(): void {
    const unread = this.#queue.drain();
    for (let i = 0; i < unread.length; i += 2) this.#distribute(unread[i] as number, unread[i + 1] as number);
  }

  #distribute(index: number, fd: number): void {
    const listener = this.#listeners.get(index);
    if (listener === undefined) closeReceived({ family: 'tcp', fd });
    else listener.give(fd);
  }
}
