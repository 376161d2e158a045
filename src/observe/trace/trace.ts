// Reports on standard error what passes one end of a channel, if FORKWIRE_DEBUG asks for it.
import type { EventEmitter } from 'node:events';
import { PENDING } from '../../addon/native.js';
import type { ChannelStats } from '../stats.js';
import { say } from './line.js';
import { brief, briefValue } from './preview.js';
import { topicsOf } from './topics.js';
import type { Topic } from './topics.js';
import { BufferByteLength, process } from '../../platform/primordials.js';

/** A message: its text, or its value if it has no text. */
export interface Passing {
  readonly text?: string | undefined;
  readonly value?: unknown;
  /** The size of a value, without the wire's overhead. */
  readonly bytes?: number;
  readonly internal?: boolean;
  /** How many handles it has. */
  readonly handles?: number;
}

export class Trace {
  readonly #topics: ReadonlySet<Topic>;
  /** Messages known to have been written. */
  #settled = 0;
  readonly #emitter: EventEmitter & { readonly pid?: number | undefined };

  constructor(emitter: EventEmitter, topics: ReadonlySet<Topic>) {
    this.#emitter = emitter;
    this.#topics = topics;
  }

  has(topic: Topic): boolean {
    return this.#topics.has(topic);
  }

  start(wire: string, why: string): void {
    this.#say('channels', `starts on the ${wire} wire: ${why}`);
  }

  end({ sent, received }: ChannelStats): void {
    const way = (name: string, { messages, bytes, errors }: ChannelStats['received']): string =>
      `${name} ${count(messages, 'message')}, ${count(bytes, 'byte')}, ${count(errors, 'error')}`;
    this.#say('channels', `ends: ${way('sent', sent)}; ${way('received', received)}`);
  }

  /** The channel accepted message number `sequence`. `status` is the addon's. */
  sends(sequence: number, message: Passing, status: number): void {
    const waits = (status & PENDING) !== 0;
    if (!waits && this.#settled === sequence - 1) this.#settled = sequence;
    if (!this.has('messages')) return; // describing a message is expensive
    this.#say('messages', `sends ${describe(sequence, message)}${waits ? ' (waits)' : ''}`);
  }

  receives(sequence: number, message: Passing): void {
    if (!this.has('messages')) return;
    this.#say('messages', `receives ${describe(sequence, message)}`);
  }

  /** `through` messages have been written since the start. */
  settles(through: number): void {
    const from = this.#settled + 1;
    if (from > through) return;
    this.#settled = through;
    this.#say('settled', `has sent #${from}${from === through ? '' : ` to #${through}`}`);
  }

  handles(step: string, handles: number): void {
    this.#say('handles', `${count(handles, 'handle')} ${step}`);
  }

  drains(): void {
    this.#say('drains', 'drains');
  }

  fails(error: Error, direction: 'sent' | 'received', messages: number): void {
    const { code } = error as { code?: unknown };
    const what = typeof code === 'string' ? `${code}: ${error.message}` : error.message;
    const whose = direction === 'sent' ? `fails to send ${count(messages, 'message')}` : 'received a fault';
    this.#say('errors', `${whose}: ${brief(what)}`);
  }

  #say(topic: Topic, text: string): void {
    if (this.has(topic)) say(text, this.#who());
  }

  /** Read each time: a parent may die, and a child may not have started. */
  #who(): string {
    const emitter = this.#emitter;
    if (emitter.constructor.name === 'MessagePort') return ' port';
    if (emitter === process) return ` child of ${process.ppid}`;
    return emitter.pid === undefined ? ' parent of none' : ` parent of ${emitter.pid}`;
  }
}

/** Undefined unless FORKWIRE_DEBUG asks for a trace at the time of the call. */
export function traceOf(emitter: EventEmitter): Trace | undefined {
  const topics = topicsOf(process.env['FORKWIRE_DEBUG']);
  return topics === undefined ? undefined : new Trace(emitter, topics);
}

function describe(sequence: number, { bytes = 0, text, value, internal, handles = 0 }: Passing): string {
  const kind = `${internal === true ? 'internal ' : ''}${text === undefined ? 'clone' : 'json'}`;
  const size = count(text === undefined ? bytes : BufferByteLength(text), 'byte');
  const along = handles === 0 ? '' : ` with ${count(handles, 'handle')}`;
  return `#${sequence} ${kind}, ${size}${along}: ${text === undefined ? briefValue(value) : brief(text)}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
