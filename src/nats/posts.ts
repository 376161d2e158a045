// post() and postMessage() of a port over NATS.
import { channelClosed } from '../errors.js';
import { Promise, SafeSet, setImmediate } from '../platform/primordials.js';
import { onAbort, readSignal, throwIfAborted } from '../promises/signal.js';
import type { Codec } from './codec.js';
import { connectionFailed } from './errors.js';
import type { Link } from './link.js';

/** Bytes that wait for a server. */
const HELD = 64 << 20;

export class Posts {
  readonly #link: Link;
  readonly #subject: string;
  readonly #codec: Codec;
  readonly #waiting = new SafeSet<(error: Error) => void>();
  #held = 0;
  /** The flush that messages of this turn wait for. */
  #flush: Promise<void> | undefined;

  constructor(link: Link, subject: string, codec: Codec) {
    this.#link = link;
    this.#subject = subject;
    this.#codec = codec;
  }

  /** @throws what serializing throws; ERR_FORKWIRE_MESSAGE_TOO_LARGE; ERR_FORKWIRE_NATS */
  send(message: unknown): void {
    this.#send(message, nothing);
  }

  post(message: unknown, given: unknown): Promise<void> {
    const signal = readSignal(given);
    throwIfAborted(signal);
    return new Promise<void>((resolve, reject) => {
      const settle = (how: () => void): void => {
        if (!this.#waiting.delete(fail)) return;
        forget();
        how();
      };
      const fail = (error: Error): void => settle(() => reject(error));
      const forget = onAbort(signal, () => settle(() => reject(signal?.reason)));
      this.#waiting.add(fail);
      try {
        this.#send(message, () => {
          this.flush().then(() => settle(resolve), fail);
        });
      } catch (error) {
        fail(error as Error);
      }
    });
  }

  #send(message: unknown, then: () => void): void {
    const payload = this.#codec.encode(message, 'The message');
    if (this.#link.ended) throw channelClosed();
    if (this.#link.up) {
      this.#link.publish(this.#subject, payload);
      then();
      return;
    }
    const size = payload.byteLength;
    if (this.#held + size > HELD)
      throw connectionFailed(
        `There is no server, and messages of ${this.#held} bytes wait for one`,
        undefined,
      );
    this.#held += size;
    this.#link.hold(() => {
      this.#held -= size;
      this.#link.publish(this.#subject, payload);
      then();
    });
  }

  /** The server has processed what was sent so far. One question is enough for all messages of a turn. */
  flush(): Promise<void> {
    return (this.#flush ??= this.#ask());
  }

  async #ask(): Promise<void> {
    // At the end of the turn.
    await undefined;
    this.#flush = undefined;
    try {
      await this.#link.connection.flush();
      // A refusal came before, and reaches us by more promises.
      await new Promise<void>((resolve) => void setImmediate(resolve));
    } catch (cause) {
      throw connectionFailed(
        'The connection was lost before the server had the message: it may have it',
        cause,
      );
    }
  }

  /** The server does not let this connection send messages. */
  refuse(error: Error): void {
    this.#waiting.forEach((fail) => fail(error));
  }

  close(): void {
    this.refuse(channelClosed());
  }
}

function nothing(): void {}
