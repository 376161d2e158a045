// FORKWIRE_TOP=1: this process shows its channels to `forkwire top`. Without it nothing of that is even loaded.
import { statsOf } from './monitor.js';
import type { Counting } from './monitor.js';
import type * as Top from './top.js';

/** One end of a channel, as far as it is shown. */
export interface Shown extends Counting {
  /** The ChildProcess, or `process`. */
  readonly target: object;
  readonly nodeWire: boolean;
}

/** Undefined unless the environment asks for it. */
function top(): typeof Top | undefined {
  if (process.env['FORKWIRE_TOP'] !== '1') return undefined;
  return require('./top.js') as typeof Top;
}

/** From now on somebody may look. */
export function showProgram(): void {
  top()?.open();
}

/** Shows one end of a channel; the result hides it. */
export function showChannel(endpoint: Shown): () => void {
  const { target, nodeWire } = endpoint;
  const isChild = target === process;
  const hide = top()?.show({
    role: isChild ? 'child' : 'parent',
    peer: () => (isChild ? process.ppid : (target as { pid?: number }).pid),
    wire: nodeWire ? 'node' : 'native',
    stats: () => statsOf(endpoint),
  });
  return hide ?? nothing;
}

function nothing(): void {}
