// A connection that is about to leave. Until it has left, restore() undoes everything.
import { bufferedBytes, dropBufferedBytes } from '../handles/buffered.js';
import { releaseParser } from '../handles/http-parser.js';
import { ArrayPrototypePush, BufferConcat, ObjectAssign } from '../platform/primordials.js';
import { notMovable } from './errors.js';
import { hold } from './hold.js';
import { uncount } from './insides.js';
import type { Socket } from './insides.js';
import { refuseRead, takeBody } from './request-body.js';
import type { TakenBody } from './request-body.js';
import type { Tap } from './tap.js';
import { silence, waitForTurn, waitUntilWritten } from './turn.js';
import type { IncomingMessage } from 'node:http';

/** What leaves with the socket. */
export interface Contents {
  readonly socket: Socket;
  /** What comes before everything else: the head of a request, and what the program was given of what follows it. */
  readonly before: readonly Uint8Array[];
  /** A request that this process has not answered. */
  readonly request?: IncomingMessage;
  /** Whether the client has got the answer to its upgrade. */
  readonly answered?: boolean;
  /** Set if its parser is still reading. */
  readonly tap?: Tap | undefined;
}

interface Apart {
  readonly parser: Socket['parser'];
  readonly _httpMessage: Socket['_httpMessage'];
  readonly server: Socket['server'];
  readonly _server: Socket['_server'];
}

export class Departure {
  readonly #contents: Contents;
  readonly #letRead: () => void;
  /** What was taken out of the socket, to be put back. */
  #buffered: Buffer | undefined;
  #body: TakenBody | undefined;
  #apart: Apart | undefined;

  constructor(contents: Contents) {
    this.#contents = contents;
    this.#letRead = hold(contents.socket);
  }

  get answered(): boolean {
    return this.#contents.answered === true;
  }

  get socket(): Socket {
    return this.#contents.socket;
  }

  /** Waits until the parser has stopped, earlier requests are answered, and everything is written. */
  async prepare(): Promise<void> {
    const { request, socket, tap } = this.#contents;
    await tap?.done();
    if (request !== undefined) await waitForTurn(socket, request);
    if (socket.writableEnded) throw notMovable('its writable side has ended');
    if (socket.writableLength > 0) await waitUntilWritten(socket);
  }

  /** The bytes that travel with the socket. They are taken out of it. @throws ERR_FORKWIRE_NOT_MOVABLE */
  take(): Buffer {
    const { before, request, socket, tap } = this.#contents;
    if (socket.destroyed || socket._handle === null) throw notMovable('it has closed');
    const parts = [...before];
    if (tap !== undefined) ArrayPrototypePush(parts, tap.tail(BufferConcat(before as Buffer[])));
    else if (request !== undefined) {
      refuseRead(request, socket.parser);
      ArrayPrototypePush(parts, (this.#body = takeBody(request)).bytes);
    }
    this.#buffered = bufferedBytes(socket as never);
    if (this.#buffered !== undefined) {
      ArrayPrototypePush(parts, this.#buffered);
      dropBufferedBytes(socket as never);
    }
    this.#setApart();
    return BufferConcat(parts as Buffer[]);
  }

  /** Neither the server nor the parser is touched by sending the socket: both belong to it again if it does not leave. */
  #setApart(): void {
    const { socket } = this.#contents;
    const { parser, _httpMessage, server, _server } = socket;
    this.#apart = { parser, _httpMessage, server, _server };
    socket.parser = null;
    socket._httpMessage = null;
    socket.server = null;
    socket._server = null;
  }

  #rejoin(): void {
    if (this.#apart === undefined) return;
    const { socket } = this.#contents;
    ObjectAssign(socket, this.#apart);
    // The program has closed it meanwhile, and closing it then did not count.
    if (socket.destroyed) uncount(socket._server);
  }

  /**
   * It has left. What remains is an empty socket, which closes. What was put into it and into the request stays there: nobody uses
   * it any more, and to delete a property makes an object slow.
   */
  finish(): void {
    const { request, socket } = this.#contents;
    this.#rejoin();
    releaseParser(socket as never);
    if (request !== undefined) silence(socket);
    socket.destroy();
  }

  restore(): void {
    const { socket, tap } = this.#contents;
    this.#rejoin();
    if (socket._handle === null) {
      // It was lost with the channel.
      tap?.close();
      delete socket.resume;
      socket.destroy();
      return;
    }
    if (this.#buffered !== undefined) socket.unshift(this.#buffered);
    this.#body?.giveBack();
    this.#letRead();
    tap?.restore(); // last, because it calls listeners for later requests
  }
}
