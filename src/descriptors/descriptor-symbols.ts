// Methods of a descriptor whose names are symbols.
import type { InspectOptions } from 'node:util';
import { defineValue } from '../platform/properties.js';

// Node 20 has the symbol; other runtimes may not.
const { dispose: DISPOSE } = globalThis.Symbol as { dispose?: symbol };
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

interface Shown {
  readonly closed: boolean;
  readonly fd: number;
  readonly type: string;
  close(): void;
}

export function defineSymbols(prototype: Shown): void {
  defineValue(prototype, INSPECT, show);
  if (DISPOSE !== undefined) defineValue(prototype, DISPOSE, dispose);

  function show(this: Shown, depth: number, options: InspectOptions, inspect: Inspect): string {
    const name = this.constructor.name;
    // The prototype itself is not a descriptor.
    if (this === prototype || depth < 0) return `[${name}]`;
    const shown = this.closed ? { closed: true } : { fd: this.fd, type: this.type };
    return `${name} ${inspect(shown, options)}`;
  }
}

type Inspect = (value: unknown, options: InspectOptions) => string;

function dispose(this: Shown): void {
  this.close();
}
