// A connection that a primary of node:cluster has accepted. Node's round robin keeps it, and passes it on, as it would a TCP handle
// of its own: no such handle is made unless a worker on Node's wire gets it.
import { closeReceived } from '../addon/native.js';
import { openStream } from '../handles/wraps.js';
import type { StreamWrap } from '../handles/wraps.js';

/** What it came from. */
export interface Origin {
  /** Gives it to another worker; closes it if there is none. */
  distribute(connection: Connection): void;
}

export class Connection {
  /** Set while Node's round robin learns that a worker has it, which closes what is left in the primary. */
  acknowledging = false;
  #fd: number;
  #wrap: StreamWrap | undefined;

  constructor(
    readonly origin: Origin,
    fd: number,
  ) {
    this.#fd = fd;
  }

  get fd(): number {
    return this.#wrap === undefined ? this.#fd : this.#wrap.fd;
  }

  /** The same as a handle of Node. @throws an errno exception; it is closed then */
  get wrap(): StreamWrap {
    this.#wrap ??= openStream('tcp', this.#fd);
    return this.#wrap;
  }

  /** Called by Node's round robin, and for a connection that nobody will get any more. */
  close(): void {
    if (this.acknowledging) return;
    if (this.#wrap !== undefined) this.#wrap.close();
    else if (this.#fd >= 0) closeReceived({ family: 'tcp', fd: this.#fd });
    this.#fd = -1;
  }
}
