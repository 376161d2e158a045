// natsBridge(): the requests of a subject for workers of this machine.
import { EventEmitter } from 'node:events';
import type { ChildProcess } from '../child-types.js';
import type { ForkwireError } from '../error-types.js';
import { ArrayPrototypePush, MathMin, Promise, clearTimeout, setTimeout } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';
import type { RequestContext } from '../request-types.js';
import { peerGone } from '../requests/errors.js';
import type { Serializable } from '../types.js';
import type { BridgeOptions } from './bridge-options.js';
import type { NatsBridgeStats } from './bridge-types.js';
import type { NatsPort } from './port.js';
import { unheard } from './refusal.js';
import { MOST } from './room.js';
import { Staff } from './staff.js';
import type { Worker } from './staff.js';
import type { NatsServing } from './types.js';

export class NatsBridge extends EventEmitter {
  readonly #port: NatsPort;
  readonly #options: BridgeOptions;
  readonly #staff: Staff;
  readonly #serving: NatsServing;
  /** Requests that wait for a worker: all have died since the server gave them to us. */
  #waiting: (() => void)[] = [];
  #dropped = 0;
  #closing: Promise<void> | undefined;

  /** @throws what fork() throws */
  constructor(port: NatsPort, file: string | URL, options: BridgeOptions) {
    super();
    this.#port = port;
    this.#options = options;
    this.#staff = new Staff(file, options, {
      onChange: () => this.#onChange(),
      onStart: (worker) => this.#onStart(worker),
      onExit: (exit) => this.emit('restart', exit),
      onError: (error) => unheard(this, error),
    });
    for (let count = 0; count < options.workers; count++) this.#staff.start();
    port.on('error', (error: Error) => unheard(this, error));
    port.once('close', () => this.emit('close'));
    if (options.messages) port.on('message', (message: never) => this.#pass(message));
    const handle = (message: unknown, context: RequestContext): Promise<unknown> =>
      this.#handle(message, context.signal);
    this.#serving = port.serve(handle, { concurrency: this.#room });
  }

  get workers(): readonly ChildProcess[] {
    return this.#staff.all.map(({ child }) => child);
  }

  stats(): NatsBridgeStats {
    const { all, restarts } = this.#staff;
    const { serving, dropped } = this.#port.stats();
    return { workers: all.length, restarts, serving, dropped: dropped + this.#dropped };
  }

  get #room(): number {
    return MathMin(this.#staff.all.length * this.#options.concurrency, MOST);
  }

  #onStart({ child, channel }: Worker): void {
    const { serve } = this.#options;
    child.on('message', (message) => this.emit('message', message, child));
    if (serve !== undefined) channel.serve(serve);
  }

  #onChange(): void {
    // Undefined while the first workers are started.
    if (this.#serving !== undefined) this.#serving.concurrency = this.#room;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < waiting.length; at++) waiting[at]?.();
  }

  async #handle(message: unknown, signal: AbortSignal): Promise<unknown> {
    for (;;) {
      const worker = this.#staff.freest() ?? (await this.#nextWorker(signal));
      worker.running += 1;
      try {
        return await worker.channel.request(message, { signal });
      } catch (error) {
        // This one died before it had the request.
        const { code, delivered } = error as ForkwireError;
        const mayRetry = code === 'ERR_FORKWIRE_PEER_GONE' && delivered === 'no' && !worker.child.connected;
        if (!mayRetry) throw error;
      } finally {
        worker.running -= 1;
      }
    }
  }

  async #nextWorker(signal: AbortSignal): Promise<Worker> {
    for (;;) {
      if (signal.aborted) throw signal.reason;
      const worker = this.#staff.freest();
      if (worker !== undefined) return worker;
      if (this.#closing !== undefined && this.#staff.all.length === 0) throw peerGone('no');
      await new Promise<void>((resolve) => void ArrayPrototypePush(this.#waiting, resolve));
    }
  }

  /** Passes a message on: to the one with the least to do, or to all of them. */
  #pass(message: Serializable): void {
    const free = this.#staff.all.filter(({ full }) => !full);
    if (this.#options.port['queue'] !== undefined) free.sort((a, b) => a.running - b.running).splice(1);
    if (free.length === 0) this.#dropped += 1;
    for (const worker of free) worker.full = !worker.child.send(message, nothing);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const timer = setTimeout(() => this.#staff.kill(), this.#options.drainTimeout);
    this.#staff.stop();
    try {
      const closed = this.#port.close();
      this.#onChange();
      await closed;
    } finally {
      clearTimeout(timer);
    }
    await this.#staff.end();
  }
}

// Node 20 has the symbol; other runtimes may not.
const { asyncDispose: DISPOSE } = Symbol as { asyncDispose?: symbol };
if (DISPOSE !== undefined)
  defineValue(NatsBridge.prototype, DISPOSE, function dispose(this: NatsBridge) {
    return this.close();
  });

/** A message that a worker does not take is lost, as over NATS. */
function nothing(): void {}
