// What was sent is written before the process is gone: in 'exit', when nothing asynchronous runs any more.
import { writeSync } from 'node:fs';

/** What a flush leaves. */
export interface FlushResult {
  readonly messages: number;
  readonly bytes: number;
  /** Nothing more can be written: the other process is gone. */
  readonly broken: boolean;
}

/** What has messages to write at exit. */
export interface Flushable {
  /** Milliseconds that it may take. */
  readonly flushTimeout: number;
  /** Writes what it can within `timeout` ms; returns what is left. */
  flushSync(timeout: number): FlushResult;
}

/** Milliseconds. */
const TURN = 20;

const open = new Set<Flushable>();
const reported = new WeakSet<Flushable>();
let listening = false;
let exitBegan: number | undefined;

export function flushAtExit(channel: Flushable): void {
  open.add(channel);
}

export function forget(channel: Flushable): void {
  open.delete(channel);
}

/**
 * A message could not be written at once: from now on this process listens for its exit. Not before, so that the
 * program of a child finds no listener that it did not add; and in front of the program's own listeners.
 */
export function expectExit(): void {
  if (listening) return;
  listening = true;
  process.prependListener('exit', flushAll);
}

/** Whether 'exit' is being emitted: from then on a message is written when it is sent, or never. */
export function isExiting(): boolean {
  return (process as { _exiting?: boolean })._exiting === true;
}

/** Writes what a channel has, during the exit. */
export function flushNow(channel: Flushable): void {
  flush(new Set([channel]));
}

function flushAll(): void {
  flush(open);
}

/** By turns: one process that does not read must not use up the time of the others. */
function flush(channels: Iterable<Flushable>): void {
  const left = new Set(channels);
  while (left.size > 0) {
    for (const channel of left) {
      const time = timeLeft(channel);
      const result = channel.flushSync(left.size === 1 ? time : Math.min(time, TURN));
      if (result.bytes > 0 && time > 0 && !result.broken) continue;
      left.delete(channel);
      if (result.bytes > 0 && !result.broken) report(channel, result);
    }
  }
}

/** The time of each channel counts from the moment that the exit began, however many messages follow. */
function timeLeft({ flushTimeout }: Flushable): number {
  exitBegan ??= performance.now();
  return Math.max(0, Math.floor(flushTimeout - (performance.now() - exitBegan)));
}

/** process.emitWarning would print on a tick that never comes. */
function report(channel: Flushable, { messages, bytes }: FlushResult): void {
  const { flushTimeout } = channel;
  if (flushTimeout === 0 || reported.has(channel)) return; // it was asked for, or is known
  reported.add(channel);
  const line =
    `(forkwire:${process.pid}) [ERR_FORKWIRE_FLUSH_TIMEOUT] Warning: the other process did not take ` +
    `${messages} message${messages === 1 ? '' : 's'} (${bytes} bytes) within ${flushTimeout} ms of this one's exit. ` +
    'They are lost. The option flushTimeout sets the time.\n';
  try {
    writeSync(2, line);
  } catch {
    // Standard error is closed or full: there is nobody left to tell.
  }
}
