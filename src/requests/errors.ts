// The errors of requests. They are apart from the others because only extra.js has them.
import type { ForkwireError, ForkwireErrorCode } from '../error-types.js';
import { coded } from '../coded-error.js';
import { defineValue } from '../platform/properties.js';

export const peerGone = (delivered: 'no' | 'unknown'): ForkwireError => {
  const why =
    delivered === 'no' ? 'it did not get the request' : 'whether it has acted on the request is unknown';
  const error = coded(Error, 'ERR_FORKWIRE_PEER_GONE', `The other process is gone: ${why}`);
  defineValue(error, 'delivered', delivered, true);
  return error;
};

export const noHandler = (): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_NO_HANDLER',
    'The other process serves no requests: call serve() on its channel before it listens for messages',
  );

/** The other end has Node's own channel, and has not said that it has requests. */
export const notAnnounced = (): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_WIRE',
    "request() needs forkwire at the other end too, and this channel has Node's own wire, on which the other program has not " +
      "announced it. Load 'forkwire/child' in that program, before it sends messages; or start it with fork() of forkwire, without " +
      "wire: 'node', or with spawn() and wire: 'native' if it uses the Rust crate. FORKWIRE_DEBUG=1 prints why a channel has Node's wire",
  );

export const noHandles = (): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_WIRE',
    "On Node's own wire, requests and their answers carry no handles: send these with send(), or use the native wire",
  );

export const alreadyServed = (): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_ALREADY_SERVED',
    'This channel has a handler for requests already: stop that first, or serve on a port of its own',
  );

/** @param what became of it */
export const requestFailed = (code: ForkwireErrorCode, what: string): ForkwireError =>
  coded(Error, code, what);
