// Failures without a callback: which of them are an 'error' event, and which of them may end the program.
import type { EventEmitter } from 'node:events';
import type { Monitor } from '../observe/monitor.js';
import { listensForErrors } from './listens.js';
import { nextTick, process } from '../platform/primordials.js';

export class Failures {
  readonly #target: EventEmitter;
  readonly #monitor: Monitor;
  readonly #ignoresLate: boolean;

  /**
   * @param target what the events are emitted on: a ChildProcess, or `process`
   * @param ignoresLate whether a send() on a closed channel emits nothing
   */
  constructor(target: EventEmitter, monitor: Monitor, ignoresLate: boolean) {
    this.#target = target;
    this.#monitor = monitor;
    this.#ignoresLate = ignoresLate;
  }

  /**
   * A send() on a closed channel. The program could have known, so without a listener it ends, as in Node, unless it has asked
   * for silence.
   */
  refused(error: Error): void {
    if (!this.#ignoresLate) nextTick(emitError, this.#target, error);
  }

  /**
   * The peer went away before it took a message. A program cannot prevent that, and the built-in channel loses such messages
   * silently. So a listener gets the error, and without one nothing happens.
   */
  undelivered(error: Error): void {
    nextTick(emitIfHeard, this.#target, error);
  }

  /** A message was not sent, or its handle was not taken, although both ends are alive. Without a listener, a warning. */
  failed(error: Error): void {
    nextTick(emitOrWarn, this.#target, error);
  }

  /** What the peer sent cannot be read or used. Without a listener, an immediate warning. */
  faulted(error: Error): void {
    this.#monitor.faulted(error);
    emitOrWarn(this.#target, error);
  }

  /** `faults` of them, which were counted as they arrived. */
  summarized(error: Error, faults: number): void {
    this.#monitor.faultsSummarized(error, faults);
    emitOrWarn(this.#target, error);
  }
}

function emitError(target: EventEmitter, error: Error): void {
  target.emit('error', error);
}

/** Returns whether there is a listener. */
function emitIfHeard(target: EventEmitter, error: Error): boolean {
  return listensForErrors(target) && target.emit('error', error);
}

function emitOrWarn(target: EventEmitter, error: Error): void {
  if (!emitIfHeard(target, error)) process.emitWarning(error);
}
