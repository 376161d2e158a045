// The limit of what a handler works on at once, as a property of what serve() returns.
import { ObjectDefineProperty } from '../platform/primordials.js';
import type { Handler } from '../request-types.js';
import { readInteger } from './options.js';
import { MOST } from './room.js';
import type { NatsServing } from './types.js';

export interface Handling {
  readonly handler: Handler;
  limit: number;
}

/** @param onChange called after the program has set it */
export function withConcurrency(serving: NatsServing, handling: Handling, onChange: () => void): NatsServing {
  ObjectDefineProperty(serving, 'concurrency', {
    __proto__: null,
    get: () => handling.limit,
    set: (limit: unknown) => {
      handling.limit = readInteger(limit, 'concurrency', 0, MOST);
      onChange();
    },
  } as PropertyDescriptor);
  return serving;
}
