// What every copy of forkwire in one environment shares, wherever it was loaded from and however often.
import childProcess = require('node:child_process');
import type { ChildProcess } from '../types.js';

/** Node's own functions, which forkwire/register replaces. */
export interface Stock {
  readonly fork: typeof childProcess.fork;
  readonly spawn: typeof childProcess.spawn;
}

/** What `channels.js` exports. */
export interface Channels {
  forkChild(modulePath: unknown, args: unknown, options: unknown): ChildProcess;
  spawnChild(command: unknown, args: unknown, options: unknown): ChildProcess;
}

interface Shared {
  readonly stock: Stock;
  /** `channels.js` of each folder from which it was loaded. */
  readonly loaded: Record<string, Channels>;
}

/** On Node's functions, and on those that forkwire/register puts in their place. */
const SHARED = Symbol.for('forkwire');

type Marked = Partial<Record<typeof SHARED, Shared>>;

export const shared: Shared = (childProcess.fork as Marked)[SHARED] ?? create();

/** Whether `fork` is a replacement by some copy of forkwire. */
export function isRegistered(): boolean {
  return (childProcess.fork as Marked)[SHARED] !== undefined && childProcess.fork !== shared.stock.fork;
}

/** Lets later copies of forkwire find what this one shares. */
export function mark(replacement: object): void {
  Reflect.defineProperty(replacement, SHARED, { __proto__: null, value: shared } as PropertyDescriptor);
}

function create(): Shared {
  const { fork, spawn } = childProcess;
  const value = { stock: { fork, spawn }, loaded: { __proto__: null } as unknown as Shared['loaded'] };
  Reflect.defineProperty(fork, SHARED, { __proto__: null, value } as PropertyDescriptor);
  return value;
}
