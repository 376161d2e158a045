// What can be wrong with a pool.
import { coded } from '../coded-error.js';
import type { ForkwireError } from '../error-types.js';

const { Error, TypeError } = globalThis;

export const unknownOption = (name: string, of: string): ForkwireError =>
  coded(
    TypeError,
    'ERR_INVALID_ARG_VALUE',
    `The property '${name}' is not an option of ${of}. Is it misspelt?`,
  );

export const noSpare = (why: string): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_NO_SPARE',
    `A spare process could not be started: ${why}. Until one can, fork() of the pool starts ordinary children`,
  );
