// The public types of handOver(), receiveConnections() and peekServerName().
import type { ChildProcess } from 'node:child_process';
import type { Worker } from 'node:cluster';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The other process: a child, or `process` in a child. The other end need not be forkwire's own channel, but it must call
 * `receiveConnections()`. A `Worker` of node:cluster is accepted too.
 */
export type ConnectionPeer = ChildProcess | typeof globalThis.process | Worker;

/** An HTTP request, with what its listener got beside it. */
export interface HandedRequest {
  /** What the listener of `'request'`, `'upgrade'` or `'connect'` got. Its `url` and `rawHeaders` travel as they are now. */
  readonly request: IncomingMessage;
  /**
   * What the listener of `'upgrade'` or `'connect'` got.
   * @default request.socket
   */
  readonly socket?: Duplex | undefined;
  /** What the listener of `'upgrade'` or `'connect'` got: the first bytes after the head of the request. */
  readonly head?: Uint8Array | undefined;
  /**
   * Whether the client has got the answer to its upgrade from this process. What the server of the other process answers is then not
   * sent: a WebSocket that is open moves without noticing.
   * @default false
   */
  readonly answered?: boolean | undefined;
}

/** What `handOver()` takes: a connection, or an HTTP request and its connection. */
export type HandedConnection = Socket | HandedRequest;

/** The options of `receiveConnections()`. */
export interface ReceiveConnectionsOptions {
  /**
   * Which of several servers of this process it is. `handOver()` names the same.
   * @default ''
   */
  name?: string | undefined;
}

/** The options of `handOver()`. */
export interface HandOverOptions extends ReceiveConnectionsOptions {
  /** Ends the wait for a process that does not receive connections yet. The connection stays here. */
  signal?: AbortSignal | undefined;
}

/** The options of `peekServerName()`. */
export interface PeekOptions {
  /**
   * Milliseconds that the client has for its first message: an integer from 1 to 2,147,483,647. The default is that of
   * `handshakeTimeout` of node:tls.
   * @default 120000
   */
  timeout?: number | undefined;
}

/** A server that gets connections of another process. */
export interface ReceivingConnections {
  /**
   * Receives no more. The other process is told, and its next `handOver()` is rejected; connections that are on their way still
   * get to the server. A second call does nothing.
   */
  close(): void;
  /** Calls `close()`. */
  [Symbol.dispose](): void;
}

/** A server that emits `'connection'` when it accepts one: that of node:net, http, https, http2 or tls. */
export type ConnectionServer = EventEmitter;
