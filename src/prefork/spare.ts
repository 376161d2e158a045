// A process that waits for its program.
import type { ChildProcess as NodeChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { native } from '../addon/native.js';
import { Promise } from '../platform/primordials.js';
import type { Kind } from './kind.js';
import { READY } from './program.js';
import type { Starter } from './starter.js';
import { waitingStdio } from './stdio.js';

export interface SpareEvents {
  onReady(spare: Spare): void;
  /** It ended before it was taken. */
  onLost(spare: Spare, why: string): void;
}

export class Spare {
  readonly child: NodeChildProcess;
  readonly kind: Kind;
  ready = false;
  /** The other end of the one at which it waits. */
  readonly #fd: number;
  readonly #socket: Socket;
  readonly #events: SpareEvents;
  #failure: string | undefined;

  /** @throws what spawn() of node:child_process throws */
  constructor(kind: Kind, preload: readonly string[], starter: Starter, events: SpareEvents) {
    const pair = starter.createPair();
    if (pair === undefined) throw new Error('there are no descriptors left');
    const [ours, theirs] = pair;
    this.kind = kind;
    this.#fd = ours;
    this.#events = events;
    try {
      const stdio = waitingStdio(kind.request.stdio);
      this.child = starter.startSpare(kind.request, stdio, preload, pair);
    } catch (error) {
      native().closeFd(ours);
      throw error;
    } finally {
      native().closeFd(theirs);
    }
    this.#socket = new Socket({ fd: ours, readable: true, writable: true });
    this.#socket.on('error', ignore).on('data', this.#onData);
    this.child.on('error', this.#onError).on('exit', this.#onExit);
    this.#hold(false);
  }

  /** Ends it. */
  async kill(): Promise<void> {
    const { child } = this;
    this.#release();
    this.#socket.destroy();
    child.on('error', ignore);
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref(); // for its end, which the caller waits for
    const ended = new Promise((resolve) => void child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /**
   * Gives it its program and its descriptors. From here on it is the caller's child.
   * @returns false if it is gone
   * @throws what is wrong with the descriptors; it waits on then
   */
  handOver(text: string, handles: number[]): boolean {
    let rest: Uint8Array;
    try {
      rest = native().handOver(this.#fd, text, handles);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code === 'EPIPE' || code === 'ECONNRESET') return false;
      throw error;
    }
    this.#release();
    if (rest.length > 0) this.#socket.end(rest);
    else this.#socket.destroy();
    this.#hold(true);
    return true;
  }

  #release(): void {
    this.#socket.off('data', this.#onData);
    this.child.off('error', this.#onError).off('exit', this.#onExit);
  }

  /** Whether the process and its pipes keep the event loop running. */
  #hold(held: boolean): void {
    const name = held ? 'ref' : 'unref';
    this.child[name]();
    for (const stream of this.child.stdio) if (stream instanceof Socket) stream[name]();
    if (!held) this.#socket.unref();
  }

  readonly #onData = (data: Buffer): void => {
    const text = data.toString();
    if (text === READY) {
      this.ready = true;
      this.#events.onReady(this);
    } else this.#failure = (this.#failure ?? '') + text;
  };

  readonly #onError = (error: Error): void => this.#lose(error.message);

  readonly #onExit = (code: number | null, signal: string | null): void => {
    const lose = (): void => this.#lose(this.#failure ?? `it ended with ${signal ?? `the code ${code}`}`);
    // What it has written may not have been read yet.
    if (this.#socket.closed) lose();
    else this.#socket.once('close', lose);
  };

  #lose(why: string): void {
    this.#release();
    this.#socket.destroy();
    this.#events.onLost(this, why);
  }
}

function ignore(): void {}
