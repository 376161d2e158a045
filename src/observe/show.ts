// With FORKWIRE_TOP=1, this process shows its channels to `forkwire top`. Without it, the code for that is not loaded.
import { statsOf } from './monitor.js';
import type { Counting } from './monitor.js';
import type * as Top from './top.js';
import { process } from '../platform/primordials.js';

/** What is shown of one end of a channel. */
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

/** Lets `forkwire top` connect from now on. */
export function showProgram(): void {
  top()?.open();
}

/** Shows one end of a channel. Call the result to hide it. */
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

/** Shows one end of a port. Call the result to hide it. */
export function showPort(endpoint: Counting): () => void {
  const source = {
    role: 'port',
    peer: () => undefined,
    wire: 'native',
    stats: () => statsOf(endpoint),
  } as const;
  return top()?.show(source) ?? nothing;
}

function nothing(): void {}
