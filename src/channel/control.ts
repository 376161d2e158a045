import { EventEmitter } from 'node:events';
import type { ChannelControl, MessagesOptions, NextOptions, PostOptions } from '../control-types.js';
import type { MessagePort } from '../port-types.js';
import { statsOf } from '../observe/monitor.js';
import type { Counting } from '../observe/monitor.js';
import type { ChannelStats } from '../observe/stats.js';
import type { RequestOptions, Serving } from '../request-types.js';
import type { Serializable } from '../types.js';
import { invalidThis } from '../errors.js';
import { loadExtra } from './load-extra.js';

/** The part of a channel that a control steers. */
export interface Referenced {
  ref(): void;
  unref(): void;
  readonly fd: number;
}

/**
 * Sets whether work in flight keeps the loop running, whatever the program chose. Programs get the Control itself as
 * `process.channel`, and Node's (class Control in lib/internal/child_process.js) has no such method: a program that lists
 * the members would see it, and could call it. A static block is the one place outside the methods that reaches private
 * fields, so the function is made there.
 */
export let hold: (control: Control, held: boolean) => void;

/** Whether the channel keeps the event loop running. */
export let holdsLoop: (control: Control) => boolean;

/**
 * `process.channel` and `child.channel`. Counts reasons to keep the loop running; once the program has chosen
 * with ref() or unref(), the counting goes on without effect. Apart from both, unsent messages hold the loop, as a
 * pending write does in Node.
 */
export class Control extends EventEmitter implements ChannelControl {
  readonly #channel: Referenced;
  /** The end of the channel. What extra.js has works on it. */
  readonly #end: Counting;
  #wanted: boolean;
  #held = false;
  #applied: boolean;
  #refs = 0;
  #chosen = false;

  static {
    hold = (control, held) => {
      control.#held = held;
      control.#apply();
    };
    holdsLoop = (control) => control.#applied;
  }

  constructor(channel: Referenced, referenced: boolean, end: Counting) {
    super();
    this.#channel = channel;
    this.#end = end;
    this.#wanted = referenced;
    this.#applied = referenced;
  }

  refCounted(): void {
    if (++this.#refs === 1 && !this.#chosen) this.#want(true);
  }

  unrefCounted(): void {
    if (--this.#refs === 0 && !this.#chosen) {
      this.#want(false);
      this.emit('unref');
    }
  }

  ref(): void {
    this.#chosen = true;
    this.#want(true);
  }

  unref(): void {
    this.#chosen = true;
    this.#want(false);
  }

  stats(): ChannelStats {
    return statsOf(this.#end);
  }

  post(message: Serializable, options?: PostOptions): Promise<void> {
    return loadExtra().post(Control.#endOf(this, 'post'), message, options);
  }

  messages(options?: MessagesOptions): never {
    return loadExtra().messages(Control.#endOf(this, 'messages'), options) as never;
  }

  next(options?: NextOptions): Promise<never> {
    return loadExtra().next(Control.#endOf(this, 'next'), options) as Promise<never>;
  }

  port(name: string): MessagePort {
    return loadExtra().port(Control.#endOf(this, 'port'), name);
  }

  request(message: Serializable, options?: RequestOptions): Promise<never> {
    return loadExtra().request(Control.#endOf(this, 'request'), message, options) as Promise<never>;
  }

  serve(handler: unknown): Serving {
    return loadExtra().serve(Control.#endOf(this, 'serve'), handler);
  }

  /** @throws ERR_INVALID_THIS for a method that was taken out of its channel, as in `const { request } = channel` */
  static #endOf(control: unknown, method: string): Counting {
    if (typeof control === 'object' && control !== null && #end in control) return control.#end;
    throw invalidThis(method);
  }

  get fd(): number | undefined {
    return this.#channel.fd;
  }

  #want(wanted: boolean): void {
    this.#wanted = wanted;
    this.#apply();
  }

  #apply(): void {
    const referenced = this.#wanted || this.#held;
    if (referenced === this.#applied) return;
    this.#applied = referenced;
    if (referenced) this.#channel.ref();
    else this.#channel.unref();
  }
}
