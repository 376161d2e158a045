/**
 * Requests and messages over NATS: the interface of a port of forkwire, for workers on other machines. See docs/nats.md.
 *
 * @packageDocumentation
 */
import { NatsBridge as Bridge } from './nats/bridge.js';
import { readBridgeOptions } from './nats/bridge-options.js';
import type { NatsBridge, NatsBridgeOptions } from './nats/bridge-types.js';
import { readOptions } from './nats/options.js';
import { NatsPort as Port } from './nats/port.js';
import { checkConnection, headers } from './nats/status.js';
import { subjectsOf } from './nats/subjects.js';
import type { NatsConnection, NatsPort, NatsPortOptions } from './nats/types.js';
import type { Untyped } from './request-types.js';

export type {
  NatsConnection,
  NatsHeaders,
  NatsMessage,
  NatsPort,
  NatsPortOptions,
  NatsPortStats,
  NatsServeOptions,
  NatsServerInfo,
  NatsServing,
  NatsStatus,
  NatsSubscription,
} from './nats/types.js';
export type { NatsBridge, NatsBridgeOptions, NatsBridgeStats, NatsWorkerExit } from './nats/bridge-types.js';
export type { ChildProcess } from './child-types.js';
export type { ForkOptions } from './types.js';
export type { ForkwireError, ForkwireErrorCode } from './error-types.js';
export type { PortEvent, PortListener, PortListenerObject } from './port-types.js';
export type { MessageIterator, MessagesOptions, MessageWithHandles, NextOptions } from './receive-types.js';
export type {
  AnswerOf,
  Handler,
  HandlerResult,
  Reply,
  RequestContext,
  RequestOf,
  RequestOptions,
  Serving,
  Untyped,
} from './request-types.js';
export type { Serializable, SingleHandle } from './types.js';

/**
 * A port over a subject of NATS. Any number of ports, in any number of processes and on any number of machines, may have the same
 * subject.
 *
 * @typeParam Remote the requests that the workers answer, as an interface: see docs/requests.md
 * @typeParam Local those that this process answers
 * @param connection what `connect()` of `@nats-io/transport-node` resolves to, with its credentials and its TLS. It stays yours: close
 *   it when it is no longer needed
 * @param subject words joined by dots, without wildcards
 * @throws {TypeError} ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE
 * @throws {RangeError} ERR_OUT_OF_RANGE
 * @throws {Error} ERR_FORKWIRE_NATS: `@nats-io/transport-node` is not installed
 */
export function natsPort<Remote = Untyped, Local = Untyped>(
  connection: NatsConnection,
  subject: string,
  options?: NatsPortOptions,
): NatsPort<Remote, Local> {
  return makePort(connection, subject, options) as unknown as NatsPort<Remote, Local>;
}

function makePort(connection: unknown, subject: unknown, options: unknown): Port {
  const subjects = subjectsOf(subject);
  const checked = checkConnection(connection);
  const read = readOptions(checked, options);
  headers();
  return new Port(checked, subjects, read);
}

/**
 * Forks workers, and passes the requests of a subject on to them. The workers' file is the one that a parent on the same machine
 * would fork: it calls `process.channel.serve()`. A worker that ends is replaced.
 *
 * @param connection as for {@link natsPort}
 * @param subject as for {@link natsPort}
 * @param modulePath the file that the workers run
 * @throws {TypeError} ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE
 * @throws {RangeError} ERR_OUT_OF_RANGE
 * @throws {Error} ERR_FORKWIRE_NATS: `@nats-io/transport-node` is not installed
 */
export function natsBridge(
  connection: NatsConnection,
  subject: string,
  modulePath: string | URL,
  options?: NatsBridgeOptions,
): NatsBridge {
  const read = readBridgeOptions(options);
  return new Bridge(makePort(connection, subject, read.port), modulePath, read) as unknown as NatsBridge;
}
