import type * as Net from 'node:net';
import type {
  ConnectionPeer,
  ConnectionServer,
  HandedConnection,
  HandOverOptions,
  PeekOptions,
  ReceiveConnectionsOptions,
  ReceivingConnections,
} from '../server-types.js';
import { extra } from './lazy-class.js';

/**
 * Hands a connection over to another process, where it continues in the server of `receiveConnections()` as if that had accepted
 * it: with `'connection'`, and for a request with `'request'` or `'upgrade'`. Bytes that were read already come first there: the
 * head of the request, what this process has received of its body, and requests that the client has sent without waiting.
 *
 * Nothing is read from the connection from this call on. It waits until the other process receives connections, earlier requests
 * of the connection are answered, and what was written to it has left. Once the promise resolves, the other process has the
 * connection, and `socket` is closed here. If it rejects, the connection stays here and can be used, except with `EPIPE`: then the
 * other process ended while it was on its way, and it is closed.
 *
 * docs/servers.md says what can be handed over when.
 *
 * @throws {TypeError} ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE (as rejections, like all errors)
 * @throws {Error} ERR_FORKWIRE_NOT_MOVABLE, ERR_FORKWIRE_NOT_RECEIVING, ERR_IPC_CHANNEL_CLOSED, and what the callback of `send()`
 * gets: ERR_FORKWIRE_HANDLE_REFUSED, EPIPE, EMFILE
 */
export function handOver(
  to: ConnectionPeer,
  connection: HandedConnection,
  options?: HandOverOptions,
): Promise<void> {
  return extra().handOver(to, connection, options);
}

/**
 * Gives the connections that another process hands over to `server`, which need not listen. It emits `'connection'` for each, counts
 * it, and applies its settings (`allowHalfOpen`, `noDelay`, `keepAlive`, `pauseOnConnect`, `maxConnections`), as for one that it
 * has accepted itself. The channel keeps the event loop running until `close()`.
 *
 * @param from the other process: a child, or by default the parent
 * @throws {TypeError} ERR_INVALID_ARG_TYPE
 * @throws {Error} ERR_FORKWIRE_ALREADY_SERVED
 */
export function receiveConnections(
  server: ConnectionServer,
  from?: ConnectionPeer,
  options?: ReceiveConnectionsOptions,
): ReceivingConnections {
  return extra().receiveConnections(server, from, options);
}

/**
 * The name of the server that a TLS client wants to talk to (SNI), before anybody has answered it. Undefined if the client names
 * none, or does not speak TLS. What it reads for that is put back, so the socket can be handed over, or given to a server. Call it
 * before anything else reads from the socket.
 *
 * @throws {TypeError} ERR_INVALID_ARG_TYPE (as a rejection, like all errors)
 * @throws {RangeError} ERR_OUT_OF_RANGE
 * @throws {Error} ERR_FORKWIRE_NO_SERVER_NAME after `timeout`, ECONNRESET if the client closes before; ERR_FORKWIRE_NOT_MOVABLE for a
 * TLS socket, and for one with an encoding
 */
export function peekServerName(socket: Net.Socket, options?: PeekOptions): Promise<string | undefined> {
  return extra().peekServerName(socket, options);
}
