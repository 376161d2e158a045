// One end of a channel. Joins the addon's channel to an EventEmitter (a ChildProcess, or process).
import { Announcement } from './announcement.js';
import type { Calls } from './calls.js';
import { Control, hold } from './control.js';
import { EndpointEvents } from './endpoint-events.js';
import { Ending } from './ending.js';
import { disconnected, handleNotAdopted, malformed, writeError } from '../errors.js';
import type { FaultError } from '../errors.js';
import { Failures } from './failures.js';
import { Faults } from './faults.js';
import { SocketLists } from '../handles/socket-lists.js';
import { Inbox } from './inbox.js';
import { Ledger } from './ledger.js';
import { adoptByExtra } from './load-extra.js';
import { Monitor } from '../observe/monitor.js';
import { native } from '../addon/native.js';
import type { NativeChannel, NativeFunctions, NativeOptions, ReceivedHandle } from '../addon/native.js';
import { EPIPE, Outbox } from './outbox.js';
import { nextTick } from '../platform/primordials.js';
import { compilesAlike } from '../platform/private-module.js';
import { driver, shapes } from '../platform/runtime.js';
import type { Outlines } from '../serialization/outlines.js';
import { advanced, type Serializer } from '../serialization/serializer.js';
import type { Settings } from './settings.js';
import type { Target } from './target.js';
import { outlinesOf, write } from './write.js';

/** Bytes that wait in the addon for a listener, before the channel stops reading and the sender's backlog grows. */
const RECEIVE_LIMIT = 1 << 20;

export class Endpoint {
  readonly target: Target;
  readonly native: NativeChannel;
  readonly functions: NativeFunctions;
  readonly control: Control;
  readonly monitor: Monitor;
  readonly failures: Failures;
  readonly faults: Faults;
  readonly maxMessageSize: number;
  readonly forked: boolean; // whether this is the parent's end
  readonly nodeWire: boolean; // whether the other end speaks Node's own wire
  readonly serializer: Serializer | undefined; // undefined: json
  readonly outlines: Outlines | undefined; // undefined: each message is serialized for itself
  readonly outbox: Outbox;
  readonly ledger: Ledger;
  readonly inbox: Inbox;
  readonly lists = new SocketLists(this);
  readonly announcement = new Announcement();
  readonly settings: Settings;
  connected = true;
  nodeErrors = false; // whether the program expects Node's errors for lost handles: that to a worker of node:cluster
  /** Called once the channel has closed, by either end: whatever else ends with it. */
  onEnded: (() => void) | undefined;
  peerEnded = false; // whether the channel ended without a disconnect() of this end
  calls: Calls | undefined; // requests, once one was sent, received or served: see callsOf()
  /** Referenced here because the addon's reference is weak once the channel has ended, and it may still have messages. */
  readonly #events = new EndpointEvents(this);
  protected readonly ending: Ending;
  #faulted = false; // the peer broke the protocol

  /** Takes over `fd`. `forked`: this is the parent's end, which keeps the event loop running. `onEnd` is called after 'disconnect'. */
  constructor(target: Target, fd: number, settings: Settings, forked: boolean, onEnd?: () => void) {
    const { serialization, wire, ignoreLateSends, beside, ...limits } = settings;
    this.settings = settings;
    this.target = target;
    this.forked = forked;
    this.nodeWire = wire === 'node';
    this.maxMessageSize = limits.maxMessageSize;
    this.serializer = serialization === 'advanced' ? advanced() : undefined;
    const own = { receiveLimit: RECEIVE_LIMIT, referenced: forked, driver, port: beside !== undefined };
    const options = { __proto__: null, ...limits, ...own } as NativeOptions;
    options.shapes = shapes && compilesAlike();
    if (this.nodeWire) options.wire = serialization;
    // The addon keeps the async context of this call, which is that of fork(), and runs the events in it.
    this.native = new (native().Channel)(fd, options, this.#events, beside);
    this.functions = this.native.functions();
    this.outlines = outlinesOf(this);
    this.control = new Control(this.native, forked, this);
    this.monitor = new Monitor(target);
    this.failures = new Failures(target, this.monitor, ignoreLateSends);
    this.faults = new Faults(this);
    this.outbox = new Outbox(this);
    this.ledger = new Ledger(this);
    this.inbox = new Inbox(this);
    this.ending = new Ending(this, onEnd);
  }

  disconnect(): void {
    if (!this.connected) {
      this.target.emit('error', disconnected());
      return;
    }
    this.#setDisconnected();
    this.ending.finish();
  }

  /** A send() begins. Each is followed by endSend(), whatever the program does meanwhile. */
  beginSend(): void {
    this.ending.beginSend();
  }

  endSend(): void {
    this.ending.endSend();
  }

  /** Sends an internal message. The program does not wait for it, so its failure is not an event. */
  sendInternal(message: object): boolean {
    return this.outbox.book(write(this, message, true), () => {});
  }

  adoptOther(handle: ReceivedHandle, buffered: string | undefined): unknown {
    return adoptByExtra(this, handle, buffered);
  }

  /** The socket was taken out of the channel, which continues elsewhere. Here it ends without an event. */
  abandon(): void {
    this.#setDisconnected();
    this.outbox.progress(this.outbox.sent, 0);
    this.outbox.close();
    this.ending.abandon();
  }

  /** The channel has ended. Everything that it had for this end came before. */
  onClose(): void {
    this.faults.close();
    this.peerEnded = this.connected;
    this.#setDisconnected();
    this.outbox.break('EPIPE', EPIPE, this.native.settled(), this.#faulted);
    this.ledger.close(() => writeError('EPIPE', EPIPE));
    this.calls?.close(this.native.settled());
    this.ending.close();
  }

  /** A fault of the peer ends the channel. onClose() follows. */
  onProtocolError(error: FaultError): void {
    this.#faulted = true;
    // A program that kills a child in mid-message knows why the stream ends there.
    if (error.code !== 'ERR_FORKWIRE_TRUNCATED' || this.target.killed !== true) this.failures.faulted(error);
  }

  onUnblocked(): void {
    this.ending.onUnblocked();
  }

  onIdle(): void {
    this.updateHold();
  }

  onHandles(): void {
    this.updateHold();
  }

  onDrain(): void {
    if (!this.connected) return;
    this.lists.onDrain();
    this.monitor.drained();
    this.target.emit('drain');
  }

  onMalformed(cause: unknown, position: number): void {
    const error = this.faults.count(() => malformed(cause, position));
    if (error !== undefined) this.inbox.fault(error);
    this.faults.check();
  }

  /** On a tick of its own, so that a listener that throws does not come between a message and its other handles. */
  onHandleFault(cause: unknown): void {
    const error = this.faults.count(() => handleNotAdopted(cause));
    nextTick(() => {
      if (error !== undefined) this.failures.faulted(error);
      this.faults.check();
    });
  }

  /** Treated as a fault of the stream: nothing more is read, and the channel ends. */
  onTooManyFaults(error: Error, faults: number): void {
    if (this.ending.ended) return;
    this.#faulted = true;
    this.native.destroy();
    try {
      this.failures.summarized(error, faults);
    } finally {
      this.onClose();
    }
  }

  #setDisconnected(): void {
    this.connected = false;
    this.target.connected = false;
  }

  /** Whether work in flight keeps the event loop running. */
  updateHold(): void {
    const { finishing, ended } = this.ending;
    hold(
      this.control,
      !ended && (finishing || !this.outbox.idle || this.ledger.outstanding > 0 || this.calls?.busy === true),
    );
  }
}
