// Where the answer to a request over NATS goes.
import { describe, plain } from '../requests/failure.js';
import type { Carried, ResponseWire } from '../requests/request-wire.js';
import type { Codec } from './codec.js';
import { noHandles } from './errors.js';
import type { Link } from './link.js';
import { headers } from './status.js';

export class Answer implements ResponseWire {
  readonly #link: Link;
  readonly #reply: string;
  readonly #codec: Codec;

  /** @param reply a subject; empty if nobody wants the answer */
  constructor(link: Link, reply: string, codec: Codec) {
    this.#link = link;
    this.#reply = reply;
    this.#codec = codec;
  }

  respond(_id: number, value: unknown, carried: Carried | undefined): boolean {
    if (carried !== undefined) throw noHandles();
    const payload = this.#codec.encode(value, 'The answer');
    if (this.#reply !== '') this.#link.publish(this.#reply, payload);
    return true;
  }

  /** Always as JSON: any client can read a failure. */
  carried(value: unknown): unknown {
    return plain(value);
  }

  fail(_id: number, failure: unknown): void {
    const payload = this.#codec.encodeFailure(failure);
    if (this.#reply !== '') this.#link.publish(this.#reply, payload, { headers: headers().failed });
  }

  failWith(error: unknown): void {
    this.fail(0, describe(error, plain));
  }

  /** Not even what went wrong could be sent. */
  end(): void {
    this.fail(0, { name: 'Error', message: 'The request failed, and the failure could not be sent' });
  }
}
