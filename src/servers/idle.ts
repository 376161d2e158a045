// Whether the parser of an HTTP connection is between two requests. It has read a part of the next one otherwise, which
// nobody can take out of it.
import { nextTick, ObjectGetOwnPropertySymbols, SafeSet } from '../platform/primordials.js';
import type { CountingServer, Parser, Socket } from './insides.js';
import { unreadEarly } from './early.js';

export function isIdle(socket: Socket, parser: Parser): boolean {
  if (socket._httpMessage || parser.getCurrentBuffer().length > 0) return false;
  return isUnread(socket) || isBetween(socket.server, parser);
}

/** Nothing was read from it. Node counts such a connection among those on which a request has begun. */
function isUnread(socket: Socket): boolean {
  return socket.bytesRead === 0 ? unreadEarly(socket) : false;
}

function isBetween(server: CountingServer | null | undefined, parser: Parser): boolean {
  if (parser.duration !== undefined) return parser.duration() === 0;
  return server ? idleParsers(server).has(parser) : false;
}

let known: { readonly server: object; readonly parsers: Set<Parser> } | undefined;

/** Those of a server, asked for once a turn: a server that closes hands over thousands of connections in one. */
function idleParsers(server: CountingServer): Set<Parser> {
  if (known?.server === server) return known.parsers;
  const connections = ObjectGetOwnPropertySymbols(server).find(
    ({ description }) => description === 'http.server.connections',
  );
  const list = (server as unknown as Record<symbol, { idle(): Parser[] } | undefined>)[connections as symbol];
  const parsers = new SafeSet<Parser>();
  for (const parser of list?.idle() ?? []) parsers.add(parser);
  known = { server, parsers };
  nextTick(() => (known = undefined));
  return parsers;
}
