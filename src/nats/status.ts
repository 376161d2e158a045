// The one header of our own: how a request ended, if not with a value.
import { invalidArgument } from '../errors.js';
import { connectionFailed } from './errors.js';
import type { NatsConnection, NatsMessage } from './types.js';

const NAME = 'Forkwire-Status';

/** `failed`: the payload describes what the handler threw. `declined`: the worker has not begun it. */
export type Status = 'failed' | 'declined';

export interface Headers {
  readonly failed: object;
  readonly declined: object;
}

interface Library {
  headers(): { set(name: string, value: string): void };
}

let made: Headers | undefined;

/** @throws ERR_FORKWIRE_NATS if no library for NATS is installed */
export function headers(): Headers {
  return (made ??= { failed: header('failed'), declined: header('declined') });
}

function header(status: Status): object {
  const one = library().headers();
  one.set(NAME, status);
  return one;
}

function library(): Library {
  try {
    return require('@nats-io/transport-node') as Library;
  } catch (cause) {
    throw connectionFailed(
      'forkwire/nats needs the package @nats-io/transport-node, version 3: npm install @nats-io/transport-node',
      cause,
    );
  }
}

/** Nobody is subscribed to the subject: the server says so. */
export function isUnheard({ data, headers: all }: NatsMessage): boolean {
  return all !== undefined && data.byteLength === 0 && all.code === 503;
}

/** Undefined: the payload is the answer. */
export function statusOf({ headers: all }: NatsMessage): string | undefined {
  const status = all?.get(NAME);
  return status === '' ? undefined : status;
}

/** @throws ERR_INVALID_ARG_TYPE */
export function checkConnection(connection: unknown): NatsConnection {
  const { publish, subscribe, status } = (connection ?? {}) as Partial<NatsConnection>;
  if (typeof publish === 'function' && typeof subscribe === 'function' && typeof status === 'function')
    return connection as NatsConnection;
  throw invalidArgument('connection', 'what connect() of @nats-io/transport-node resolves to', connection);
}
