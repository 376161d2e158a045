import * as childProcess from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * `FORKWIRE_TEST_ONLY=stock` runs only what Node's own module must pass: it tests the tests. `forkwire` leaves that out,
 * where it has passed before and nothing that differs concerns it.
 */
const only = process.env.FORKWIRE_TEST_ONLY;

export const stockOnly = only === 'stock';

export const stock = { name: 'stock', fork: childProcess.fork };

export const forkwire = stockOnly
  ? undefined
  : { name: 'forkwire', fork: require('../../dist/index.js').fork };

export const implementations = { stock: [stock], forkwire: [forkwire] }[only] ?? [forkwire, stock];
