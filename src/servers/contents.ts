// Sorts what handOver() is given, and refuses what cannot be moved.
import type { IncomingMessage } from 'node:http';
import type Net = require('node:net');
import { invalidArgument } from '../errors.js';
import { ArrayIsArray, Buffer } from '../platform/primordials.js';
import { runtime } from '../platform/runtime.js';
import type { HandedConnection, HandedRequest } from '../server-types.js';
import type { Contents } from './departure.js';
import { isAnswerWithheld } from './answer.js';
import { notMovable } from './errors.js';
import { isIdle } from './idle.js';
import type { Socket } from './insides.js';
import { isLeaving } from './leaving.js';
import { refuseRead } from './request-body.js';
import { headOf } from './request-head.js';
import { Tap } from './tap.js';

const EXPECTED =
  "a net.Socket, or an object with a 'request' of node:http and what came with it (socket, head)";

/** @throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_FORKWIRE_NOT_MOVABLE */
export function contentsOf(connection: HandedConnection): Contents {
  const { Socket } = require('node:net') as typeof Net;
  if (connection instanceof Socket) return ofSocket(connection as unknown as Socket);
  const { request, socket, head, answered } = (connection ?? {}) as Partial<HandedRequest>;
  if (request === undefined) {
    if (socket instanceof Socket) return ofSocket(socket as unknown as Socket);
    throw invalidArgument('connection', EXPECTED, connection);
  }
  if (!ArrayIsArray((request as IncomingMessage | null)?.rawHeaders)) {
    throw invalidArgument('connection.request', 'an instance of http.IncomingMessage', request);
  }
  if (request.httpVersionMajor > 1) throw notMovable('an HTTP/2 connection carries many requests at a time');
  const own = request.socket as unknown;
  if (!(own instanceof Socket)) throw notMovable('this runtime does not expose the socket of a request');
  if (socket !== undefined && (socket as unknown) !== own) {
    throw notMovable("the body of the upgrade request is still to be read: wait for its 'end' first");
  }
  if (answered !== undefined && typeof answered !== 'boolean')
    throw invalidArgument('connection.answered', 'of type boolean', answered);
  const contents = ofRequest(request, own as unknown as Socket, head);
  return answered === true && contents.request === undefined ? { ...contents, answered } : contents;
}

function ofSocket(socket: Socket): Contents {
  refuse(socket);
  const { parser } = socket;
  if (parser && !isIdle(socket, parser)) {
    throw notMovable(
      "a request has begun on it. Hand it over in the listener of 'request' or 'upgrade', with the request, or once the " +
        'request is answered',
    );
  }
  return { socket, before: [], answered: isAnswerWithheld(socket) };
}

function ofRequest(request: IncomingMessage, socket: Socket, head: unknown): Contents {
  if (head !== undefined && !Buffer.isBuffer(head))
    throw invalidArgument('connection.head', 'an instance of Buffer', head);
  if (runtime === 'Bun') throw notMovable('the servers of Bun do not expose the connection of a request');
  refuse(socket);
  const { parser } = socket;
  if (!parser) {
    const before = [headOf(request, false)];
    return { socket, before: head === undefined ? before : [...before, head] };
  }
  refuseRead(request, parser);
  // An earlier request may still be in front of it, and the server asks to continue only for a request whose turn has come.
  const continued = socket._httpMessage?.req === request && socket._httpMessage._sent100 === true;
  return { socket, before: [headOf(request, continued)], request, tap: Tap.open(socket, parser, request) };
}

/** Called before anything is done to the socket: a second record of a parser would take what belongs to the first. */
function refuse(socket: Socket): void {
  if (socket.encrypted === true) {
    throw notMovable(
      'its TLS keys are in this process. Hand it over before the handshake, and do TLS in the other process: ' +
        'peekServerName() says which server it is for',
    );
  }
  if (socket.destroyed || !socket._handle) throw notMovable('it has closed');
  if (isLeaving(socket)) throw notMovable('it is being handed over already');
  if (socket.connecting) throw notMovable('it is not connected yet');
}
