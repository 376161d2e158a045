// The child's end of a channel that is Node's own, as requests see it.
import { process } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';
import type { RequestEnd } from '../requests/request-wire.js';

interface Counting {
  refCounted(): void;
  unrefCounted(): void;
}

export class StockEnd implements RequestEnd {
  readonly forked = false;
  readonly outbox = { sent: 0 };
  readonly control: Counting;
  /** What requests have under way: set by those that use this end. */
  isBusy = (): boolean => false;
  /** disconnect() was called, and what is under way may end. */
  onEnding = (): void => {};
  #disconnect: (() => void) | undefined;
  #ending = false;
  #held = false;

  constructor() {
    this.control = process.channel as unknown as Counting;
    const own = process.disconnect;
    this.#disconnect = own;
    // disconnect() waits for the answers, as on a channel of forkwire.
    defineValue(process, 'disconnect', () => this.#end(own), true);
  }

  get connected(): boolean {
    return process.connected && !this.#ending;
  }

  get peerEnded(): boolean {
    return !process.connected && !this.#ending;
  }

  /** Sends an internal message. `onFailed` is called if it does not leave. @throws what send() throws */
  send(message: object, onFailed?: () => void): void {
    this.outbox.sent += 1;
    const options = { swallowErrors: true } as object;
    process.send?.(message, undefined, options, (error: Error | null) => {
      if (error !== null) onFailed?.();
    });
  }

  beginSend(): void {}

  endSend(): void {
    if (this.#ending && !this.isBusy()) this.#close();
  }

  updateHold(): void {
    const busy = this.isBusy();
    if (busy === this.#held) return;
    this.#held = busy;
    if (busy) this.control.refCounted();
    else this.control.unrefCounted();
  }

  #end(own: (() => void) | undefined): void {
    // A second call is Node's to complain about.
    if (this.#ending || !process.connected) own?.call(process);
    else {
      this.#ending = true;
      this.onEnding();
      this.endSend();
    }
  }

  #close(): void {
    const own = this.#disconnect;
    this.#disconnect = undefined;
    own?.call(process);
  }
}
