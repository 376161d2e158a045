// Keeps what a server's parser finds after the head of a request that leaves, in what it is reading just now: the beginning of
// the body, and requests that the client has sent without waiting for an answer.
import type { IncomingMessage } from 'node:http';
import { Promise, setImmediate } from '../platform/primordials.js';
import { notMovable } from './errors.js';
import type { Parser, Socket } from './insides.js';
import { divert } from './divert.js';
import { record } from './record.js';
import { rulesOf, tailOf } from './tail.js';
import type { Reports } from './transcript.js';

type Listener = (error: Error) => void;

export class Tap {
  readonly #parser: Parser;
  readonly #socket: Socket;
  readonly #chunk: Buffer;
  readonly #reports: Reports = [];
  readonly #stop: () => void;
  readonly #returnErrors: () => void;
  #error: Error | undefined;

  /** Undefined if the parser is not reading just now. */
  static open(socket: Socket, parser: Parser, request: IncomingMessage): Tap | undefined {
    const chunk = parser.getCurrentBuffer();
    return chunk.length > 0 ? new Tap(socket, parser, request, chunk) : undefined;
  }

  private constructor(socket: Socket, parser: Parser, request: IncomingMessage, chunk: Buffer) {
    this.#socket = socket;
    this.#parser = parser;
    this.#chunk = chunk;
    this.#stop = record(parser, request, this.#reports);
    this.#returnErrors = this.#divertErrors();
  }

  /**
   * Bytes that nobody can parse are a matter for whoever gets them. Right after the parser has stopped, Node reports them to
   * the server that the socket names, and stops listening for errors of the socket.
   */
  #divertErrors(): () => void {
    const socket = this.#socket;
    const { server } = socket;
    const listeners = socket.listeners('error') as Listener[];
    const done = divert(socket, (error) => {
      this.#error = error;
      socket.removeAllListeners('error');
      for (const listener of listeners) socket.on('error', listener);
    });
    return () => {
      done();
      socket.server = server ?? null;
    };
  }

  /** Resolves when the parser has stopped. Ticks run before that, within its calls. */
  done(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#parser.getCurrentBuffer().length > 0) {
          setImmediate(look);
          return;
        }
        this.#returnErrors();
        resolve();
      };
      setImmediate(look);
    });
  }

  /** What follows `head`. @throws ERR_FORKWIRE_NOT_MOVABLE */
  tail(head: Buffer): Buffer {
    const found = tailOf(this.#chunk, head, this.#reports, rulesOf(this.#socket.server));
    if (found === undefined) throw notMovable('the end of the head of its request cannot be found');
    return found;
  }

  /** The parser is about to be given back to Node. */
  close(): void {
    this.#stop();
  }

  /** Goes on as if there had been no tap. Calls listeners for later requests. */
  restore(): void {
    this.#stop();
    const { _httpMessage: response } = this.#socket;
    let whole = this.#error === undefined;
    for (const { replay } of this.#reports) {
      whole &&= replay !== undefined;
      if (whole) replay?.();
    }
    // The client asks again on another connection.
    if (!whole && response) response.shouldKeepAlive = false;
  }
}
