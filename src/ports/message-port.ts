// MessagePort: the face of Node's, over a channel of its own.
import type { EventEmitter } from 'node:events';
import { illegalConstructor } from '../errors.js';
import { PACK, type PackOptions, type Packed } from '../handles/packed.js';
import { nextTick } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';
import type { End } from './end.js';
import { Lanes } from './lanes.js';
import type { Origin } from './origin.js';
import { defineSymbols } from './port-symbols.js';
import { SendingPort } from './sending-port.js';
import { busyPort, dataCloneError, portsAreSentAsHandles } from './errors.js';
import { checkMovable } from './movable.js';
import type { Source } from './source.js';
import { packEnds } from './transfer.js';

/** Set right before a port is made: programs cannot make one that is connected to nothing. */
let origin: Origin | undefined;

export class MessagePort extends SendingPort {
  readonly #origin: Origin;
  /** Undefined until the port is used: then it can be sent without having read anything. */
  #lanes: Lanes | undefined;
  /** Undefined once the port is closed, or was sent. */
  #ends: readonly End[] | undefined;
  #referenced = false;
  /** Loops and calls that wait for messages. */
  #holds = 0;

  constructor() {
    super();
    if (origin === undefined) throw illegalConstructor();
    this.#origin = origin;
    this.#ends = origin.ends;
    origin = undefined;
    // A function in it keeps a port that is not in the list of a postMessage() from being cloned.
    defineValue(this, 'toJSON', portsAreSentAsHandles, true);
  }

  /** Open: neither closed nor sent. */
  static isOpen(port: MessagePort): boolean {
    return port.#ends !== undefined;
  }

  static lanesOf(port: MessagePort): Lanes | undefined {
    return port.#open();
  }

  start(): void {
    this.#origin.half?.markRead();
    const lanes = this.#open();
    if (lanes !== undefined) nextTick(startLanes, lanes, this.source);
  }

  close(callback?: () => void): void {
    if (typeof callback === 'function') this.once('close', callback);
    const lanes = this.#open();
    if (lanes === undefined) return;
    this.#setEnds(undefined);
    lanes.close();
  }

  ref(): void {
    this.#setReferenced(true);
  }

  unref(): void {
    this.#setReferenced(false);
  }

  hasRef(): boolean {
    return this.#referenced && this.#ends !== undefined;
  }

  #setReferenced(on: boolean): void {
    this.#referenced = on;
    this.#open()?.setReferenced(on || this.#holds > 0);
  }

  hold(count: 1 | -1): void {
    this.#holds += count;
    this.#origin.half?.markRead();
    this.#setReferenced(this.#referenced);
  }

  pull(): void {
    this.#origin.half?.markRead();
    this.#open()?.start();
  }

  // Listeners open the port, and those for messages start it.

  protected override listened(event: string | symbol): void {
    if (event !== 'message') {
      this.#open();
      return;
    }
    if (this.listenerCount('message') === 1) this.#setReferenced(true);
    this.start();
  }

  protected override unlistened(event: string | symbol): void {
    if (event === 'message' && this.#referenced && this.listenerCount('message') === 0) {
      this.#setReferenced(false);
    }
  }

  // The channel.

  override lanes(): Lanes | undefined {
    return this.#open();
  }

  #open(): Lanes | undefined {
    if (this.#lanes !== undefined || this.#ends === undefined) return this.#lanes;
    const { settings, made } = this.#origin;
    const lanes = new Lanes(this.#owner(), this.#ends, settings, made);
    this.#setLanes(lanes);
    if (this.#referenced || this.#holds > 0) lanes.setReferenced(true);
    return lanes;
  }

  #setLanes(lanes: Lanes | undefined): void {
    this.#lanes = lanes;
    this.#origin.half?.setLanes(lanes);
  }

  #setEnds(ends: readonly End[] | undefined): void {
    this.#ends = ends;
    this.#origin.half?.setOpen(ends !== undefined);
  }

  #owner(): ConstructorParameters<typeof Lanes>[0] {
    const emitter = this as EventEmitter;
    return {
      emitter,
      awaitsPeer: () => this.#origin.half?.awaitsOther !== false,
      emit: (event, ...all) => emitter.emit(event, ...all),
      listenerCount: (event) =>
        event === 'error'
          ? emitter.listenerCount('error') + emitter.listenerCount('messageerror')
          : emitter.listenerCount(event),
      accepts: () => this.source.accepts,
      deliver: (message, handle) => {
        if (this.source.offer(message, handle)) emitter.emit('message', message, handle);
      },
      onError: (error) => this.#onError(error),
      onEnd: () => this.#onEnd(),
    };
  }

  /** What cannot be read is a 'messageerror', as in Node. That the other side has gone is left to callbacks and 'close'. */
  #onError(error: Error): void {
    const { side, syscall } = error as { side?: unknown; syscall?: unknown };
    if (syscall === 'write' || (side === 'peer' && this.emit('messageerror', error))) return;
    if (this.listenerCount('error') > 0) this.emit('error', error);
  }

  #onEnd(): void {
    this.#setEnds(undefined);
    this.#origin.onGone?.();
    this.emit('close');
    this.source.end();
  }

  // Sending the port itself.

  [PACK](options: PackOptions): Packed {
    if (this.#ends === undefined) throw dataCloneError('MessagePort in transfer list is already detached');
    checkMovable(this.#origin, options, this.source.takers !== undefined, this.serves);
    const ends = this.#lanes === undefined ? this.#ends : this.#lanes.suspend();
    if (ends === undefined) {
      throw busyPort();
    }
    const packed = packEnds(ends, { restore: () => this.#restore(ends), onGone: this.#origin.onGone });
    this.#setLanes(undefined);
    this.#setEnds(undefined);
    return packed;
  }

  /** It was not sent, or not taken. */
  #restore(ends: readonly End[]): void {
    this.#setEnds(ends);
    if (this.listenerCount('message') > 0) this.start();
    else if (this.eventNames().length > 0) this.#open();
  }
}

defineSymbols(MessagePort.prototype, MessagePort.isOpen);

/** A port over these ends, which it owns. */
export function makePort(from: Origin): MessagePort {
  origin = from;
  return new MessagePort();
}

function startLanes(lanes: Lanes, source: Source): void {
  if (source.target.listenerCount('message') > 0) source.takers?.emitKept();
  lanes.start();
}
