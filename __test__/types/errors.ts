import type { ChildProcess, ForkwireError, ForkwireErrorCode } from 'forkwire';
import type {
  ForkwireError as ForkwireErrorInChild,
  ForkwireErrorCode as ForkwireErrorCodeInChild,
} from 'forkwire/child';
import { hasType, holds } from './claims.js';
import type { Equal } from './claims.js';

export function members(error: ForkwireError): void {
  holds<Equal<ForkwireError, ForkwireErrorInChild>>();
  holds<Equal<ForkwireErrorCode, ForkwireErrorCodeInChild>>();
  const asError: Error = error;
  hasType<string>()(asError.message);
  hasType<ForkwireErrorCode>()(error.code);
  hasType<number | undefined>()(error.position);
  hasType<'peer' | undefined>()(error.side);
  hasType<number | undefined>()(error.messages);
  hasType<number | undefined>()(error.errno);
  hasType<string | undefined>()(error.syscall);
  // @ts-expect-error says what happened, and cannot be set
  error.code = 'EPIPE';
}

/** Callbacks and listeners get an Error, as in Node; what it is, a program says itself. */
export function used(child: ChildProcess): void {
  child.send('message', (error) => {
    const { code } = (error ?? {}) as Partial<ForkwireError>;
    if (code === 'ERR_FORKWIRE_HANDLE_REFUSED') return;
    // @ts-expect-error no such code
    if (code === 'ERR_FORKWIRE_REFUSED') return;
  });
  child.on('error', (error) => {
    hasType<Error>()(error);
    // @ts-expect-error any Error may be emitted, and not each has a position
    void error.position;
  });
}
