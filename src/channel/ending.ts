// The end of a channel: what waits for what, with 'disconnect' last.
import type { SocketLists } from '../handles/socket-lists.js';
import type { Inbox } from './inbox.js';
import type { NativeChannel } from '../addon/native.js';
import type { Outbox } from './outbox.js';
import { nextTick } from '../platform/primordials.js';
import type { Target } from './target.js';

export interface EndingOwner {
  readonly target: Target;
  readonly native: NativeChannel;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  /** Whether this is the parent's end. */
  readonly forked: boolean;
  readonly lists: SocketLists;
  /** Called once the channel has closed, by either end. */
  readonly onEnded: (() => void) | undefined;
  /** Called when what keeps the event loop running has changed. */
  updateHold(): void;
}

export class Ending {
  readonly #owner: EndingOwner;
  readonly #onEnd: (() => void) | undefined;
  /** Calls of send() that have not returned. */
  #sending = 0;
  #finishing = false;
  #ended = false;
  #told = false; // 'disconnect' was emitted

  /** @param onEnd called after 'disconnect' */
  constructor(owner: EndingOwner, onEnd: (() => void) | undefined) {
    this.#owner = owner;
    this.#onEnd = onEnd;
  }

  /** Whether disconnect() was called and the channel has not closed. */
  get finishing(): boolean {
    return this.#finishing;
  }

  /** The channel has closed. */
  get ended(): boolean {
    return this.#ended;
  }

  beginSend(): void {
    this.#sending += 1;
  }

  /**
   * A message may call disconnect() while it is serialized, in a getter or in toJSON(). The channel then ends after that
   * message, as in Node.
   */
  endSend(): void {
    this.#sending -= 1;
    if (this.#finishing) this.finish();
  }

  /** Closes the channel when everything is written and the peer has answered for every handle. */
  finish(): void {
    this.#finishing = true;
    if (this.#sending > 0 || this.#ended) return;
    const { native, outbox } = this.#owner;
    const closed = native.finish();
    if (closed) outbox.progress(outbox.sent, 0);
    this.#owner.updateHold();
    if (closed) this.close();
  }

  /** The channel has closed. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#owner.updateHold();
    this.#owner.outbox.close();
    this.#owner.onEnded?.();
    if (!this.#owner.inbox.blocked) this.#end();
  }

  /** The channel continues elsewhere. Here it ends without an event. */
  abandon(): void {
    this.#ended = true;
    this.#told = true;
    this.#owner.updateHold();
  }

  /** All that is left waits for a listener. */
  onUnblocked(): void {
    if (this.#ended) this.#end();
  }

  #end(): void {
    if (!this.#waits()) this.#owner.target.channel = null;
    nextTick(emitEnd, this);
  }

  /**
   * A parent may send and disconnect before its child runs. What waits can still be asked for, with next() and messages() of
   * `process.channel`. A parent has had its `child.channel` from the beginning.
   */
  #waits(): boolean {
    const { forked, inbox, native } = this.#owner;
    return !forked && (!inbox.empty || native.stats().held > 0);
  }

  /** Emits 'disconnect', and then does what follows even if a listener throws. */
  emitEnd(): void {
    const { inbox, lists, target } = this.#owner;
    // A listener threw in the meantime, so onUnblocked() will be called.
    if (inbox.blocked) return;
    // Messages that waited for a listener arrived later.
    if (this.#told) {
      inbox.end();
      return;
    }
    this.#told = true;
    try {
      target.emit('disconnect');
    } finally {
      inbox.end();
      lists.onDisconnect();
      this.#onEnd?.();
    }
  }
}

function emitEnd(ending: Ending): void {
  ending.emitEnd();
}
