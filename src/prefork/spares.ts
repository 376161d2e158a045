import type { Spares } from '../prefork-types.js';
import { forkWithSpares } from './automatic.js';
import { prefork } from './prefork.js';
import type { Starter } from './starter.js';

export const spares: Spares = {
  prefork: (starter, options) => prefork(starter as Starter, options),
  fork: (starter, ...all) => forkWithSpares(starter as Starter, ...all),
};
