// Members of Node's sockets and HTTP parsers that its types leave out.
import type Net = require('node:net');
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Wrap {
  reading?: boolean;
  readStart?(): number;
  readStop?(): number;
  /** Bun's. */
  pause?(): void;
  resume?(): void;
}

/** A parser of node:_http_common. It calls the functions at the places that {@link ParserClass} names. */
export interface Parser {
  [place: number]: unknown;
  incoming: IncomingMessage | null;
  /** Gets each request. */
  onIncoming: ((request: IncomingMessage, keepAlive: boolean) => number) | null;
  /** The bytes that are being parsed. Empty outside of the parser's own calls. */
  getCurrentBuffer(): Buffer;
  /** Milliseconds since the message began; 0 between messages. Node 26 no longer has it. */
  duration?(): number;
  initialize(type: number, resource: object, maxHeaderSize: number, leniency: number): void;
  execute(bytes: Uint8Array): number | Error;
  close(): void;
}

export interface ParserClass {
  new (): Parser;
  readonly REQUEST: number;
  readonly kOnHeaders: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
  readonly kOnExecute: number;
  readonly kLenientNone: number;
  readonly kLenientAll: number;
}

export interface HttpCommon {
  readonly HTTPParser: ParserClass;
  isLenient(): boolean;
  /** Since Node 26. */
  calculateLenientFlags?(validation: unknown, insecure: unknown): number;
}

export const httpCommon = (): HttpCommon => require('node:_http_common') as HttpCommon;

/** A server that counts its connections. */
export interface CountingServer extends Net.Server {
  _connections: number;
  /** Absent in other runtimes than Node. */
  _emitCloseIfDrained?(): void;
  readonly noDelay?: boolean;
  readonly keepAlive?: boolean;
  readonly keepAliveInitialDelay?: number;
  readonly allowHalfOpen?: boolean;
  readonly pauseOnConnect?: boolean;
}

/** What destroy() of a socket does at the end for the server that counts it. */
export function uncount(server: CountingServer | null | undefined): void {
  if (!server) return;
  server._connections -= 1;
  server._emitCloseIfDrained?.();
}

/** The parts of a socket that matter for handing it over. */
export type Socket = Omit<Net.Socket, 'resume'> & {
  _handle: Wrap | null;
  resume?: () => Net.Socket;
  parser?: Parser | null;
  /** The response that is being written. */
  _httpMessage?: (ServerResponse & { readonly _sent100?: boolean }) | null;
  server?: CountingServer | null;
  /** The server that counts it. */
  _server?: CountingServer | null;
  readonly encrypted?: boolean;
};
