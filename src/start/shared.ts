// State that all copies of forkwire in one environment share, wherever they were loaded from.
import childProcess = require('node:child_process');
import type { Extra } from '../channel/extra.js';
import type { ChildProcess } from '../child-types.js';
import type { PreforkOptions, Workers } from '../prefork-types.js';
import { ReflectDefineProperty } from '../platform/captured.js';

/** Node's own functions, which forkwire/register replaces. */
export interface Stock {
  readonly fork: typeof childProcess.fork;
  readonly spawn: typeof childProcess.spawn;
}

/** What `channels.js` has for a parent. */
export interface Channels {
  forkChild(modulePath: unknown, args: unknown, options: unknown): ChildProcess;
  spawnChild(command: unknown, args: unknown, options: unknown): ChildProcess;
  prefork(options: PreforkOptions): Workers;
  /** fork() under FORKWIRE_PREFORK. */
  forkWithSpares(modulePath: unknown, args: unknown, options: unknown): ChildProcess;
  loadExtra(): Extra;
}

/** What `loader.js` has. */
export interface Loader {
  readonly version: string;
  load(): Channels;
  /** Of lazy classes: see src/platform/lazy-class.ts. */
  readonly traps: object;
}

interface Shared {
  readonly stock: Stock;
  /** `channels.js` of each folder from which it was loaded. */
  readonly loaded: Record<string, Channels>;
}

/** On Node's functions, and on those that forkwire/register puts in their place. */
const SHARED = Symbol.for('forkwire');

type Marked = Partial<Record<typeof SHARED, Shared>>;

const earlier = (childProcess.fork as Marked)[SHARED];

// No variables named fork and spawn: the build would then rename the functions that this package exports.
export const shared: Shared = earlier ?? {
  stock: { fork: childProcess.fork, spawn: childProcess.spawn },
  loaded: { __proto__: null } as unknown as Shared['loaded'],
};
if (earlier === undefined) mark(childProcess.fork);

/** Whether some copy of forkwire has replaced `fork`. */
export function isRegistered(): boolean {
  return (childProcess.fork as Marked)[SHARED] !== undefined && childProcess.fork !== shared.stock.fork;
}

/** Lets copies of forkwire that are loaded later find the shared state. */
export function mark(replacement: object): void {
  ReflectDefineProperty(replacement, SHARED, { __proto__: null, value: shared } as PropertyDescriptor);
}
