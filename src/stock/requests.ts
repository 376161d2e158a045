// request() and serve() of a process whose own channel is Node's, and whose parent has forkwire. In dist/stock.js, which is loaded when
// one of them is first used.
import type { RequestOptions, Serving } from '../request-types.js';
import { Mode } from '../addon/requests.js';
import { malformed } from '../errors.js';
import { process } from '../platform/primordials.js';
import { peerGone } from '../requests/errors.js';
import { Requester } from '../requests/requester.js';
import { Server } from '../requests/server.js';
import type { Requests as Interface, Step } from './announce.js';
import { StockEnd } from './stock-end.js';
import { Cmd, StockWire } from './stock-wire.js';

/** A reason that nobody knows. */
const OTHER = 255;

class Requests implements Interface {
  readonly #end = new StockEnd();
  readonly #wire: StockWire;
  readonly #requester: Requester;
  readonly #server: Server;

  constructor(serialization: string) {
    this.#wire = new StockWire(this.#end, serialization, {
      onRequest: (id, message) => this.#server.take(id, message, undefined),
      onUnsent: (id) => this.#requester.reject(id, peerGone('no')),
    });
    this.#requester = new Requester(this.#end, this.#wire);
    this.#server = new Server(this.#end, this.#wire);
    this.#end.onEnding = () => this.#wire.setMode(Mode.declineClosing);
    this.#end.isBusy = () => this.#requester.busy || this.#server.busy;
    process.once('disconnect', () => this.#close());
    // Node counts such a listener as a reason to stay alive, and this one is none.
    this.#end.control.unrefCounted();
  }

  request(message: unknown, options?: RequestOptions): Promise<unknown> {
    return this.#requester.request(message, options);
  }

  serve(handler: unknown): Serving {
    return this.#server.serve(handler);
  }

  hear(step: Step): void {
    const { cmd, id, msg, reason } = step;
    if (typeof id !== 'number') return;
    if (cmd === Cmd.request) this.#wire.take(step);
    else if (cmd === Cmd.response || cmd === Cmd.failure) this.#settle(id, msg, cmd === Cmd.failure);
    else if (cmd === Cmd.cancel && reason === 0) {
      this.#server.cancel(id);
      this.#wire.cancel(id);
    } else if (cmd === Cmd.cancel) this.#requester.decline(id, typeof reason === 'number' ? reason : OTHER);
    this.#end.endSend();
  }

  #settle(id: number, payload: unknown, failed: boolean): void {
    let value: unknown;
    try {
      value = this.#wire.decode(payload);
    } catch (cause) {
      this.#requester.reject(id, malformed(cause, 0));
      return;
    }
    if (failed) this.#requester.fail(id, value);
    else this.#requester.fulfill(id, value, undefined);
  }

  /** Node does not say which messages have left, so that any request may have arrived. */
  #close(): void {
    this.#requester.close(Infinity);
    this.#server.close();
  }
}

export function requests(serialization: string): Interface {
  return new Requests(serialization);
}
