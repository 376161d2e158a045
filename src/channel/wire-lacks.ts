// The error of what only the native wire has. It is apart from the others because only extra.js has it.
import type { ForkwireError } from '../error-types.js';
import { coded } from '../coded-error.js';

/** @param what what was asked for, at the beginning of a sentence */
export const wireLacks = (what: string): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_WIRE',
    `${what} needs the native wire, and this channel has Node's own. In the parent, start the child with fork() of forkwire, ` +
      "without wire: 'node', or with spawn() and wire: 'native' if it is a program that uses the Rust crate. " +
      "FORKWIRE_DEBUG=1 prints why a channel has Node's wire",
  );
