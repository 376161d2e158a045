// Methods of a port whose names are symbols.
import type { InspectOptions } from 'node:util';
import { checkReceivers } from '../channel/receivers.js';
import { defineValue } from '../platform/properties.js';
import { SendingPort } from './sending-port.js';

// Node 20 has the symbol; other runtimes may not.
const { dispose: DISPOSE } = globalThis.Symbol as { dispose?: symbol };
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Those that are not called by the rest of this folder. */
const METHODS = ['start', 'close', 'ref', 'unref', 'hasRef'];

interface Port {
  close(): void;
  hasRef(): boolean;
}

/** @param isOpen whether a port is neither closed nor sent */
export function defineSymbols<P extends Port>(prototype: P, isOpen: (port: P) => boolean): void {
  defineValue(prototype, INSPECT, show);
  if (DISPOSE !== undefined) defineValue(prototype, DISPOSE, dispose);
  checkReceivers(prototype, 'MessagePort', SendingPort.isPort, METHODS);

  /** As Node shows its own: lib/internal/worker/io.js. */
  function show(this: P, depth: number, options: InspectOptions, inspect: Inspect): string {
    // The prototype itself is not a port.
    if (this === prototype) return '[MessagePort]';
    const shown = isOpen(this) ? { active: true, refed: this.hasRef() } : { active: false };
    return depth < 0 ? '[MessagePort]' : `MessagePort ${inspect(shown, options)}`;
  }
}

type Inspect = (value: unknown, options: InspectOptions) => string;

function dispose(this: Port): void {
  this.close();
}
