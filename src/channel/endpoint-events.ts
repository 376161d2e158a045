// The addon's events about one end of a channel, passed on to the part that each concerns.
import { malformed, protocolError } from '../errors.js';
import type { ForkwireErrorCode } from '../error-types.js';
import type { FaultError } from '../errors.js';
import { FAMILIES, closeReceived } from '../addon/native.js';
import type { NativeChannel, NativeEvents, ReceivedHandle } from '../addon/native.js';
import type { Payload } from '../addon/payload.js';
import { callsOf } from './calls-of.js';
import type { Calls } from './calls.js';
import type { Faults } from './faults.js';
import type { Ledger } from './ledger.js';
import type { Outbox } from './outbox.js';
import { receive } from './receive.js';
import type { Receiver } from './receive.js';
import { parseRun } from '../serialization/json.js';
import { parseShaped, readShaped } from '../serialization/shapes.js';
import { isShaped } from '../addon/shaped.js';
import type { Parts } from '../addon/shaped.js';
import { advanced } from '../serialization/serializer.js';
import { traceClones, tracePayload, traceTexts } from '../observe/trace/received.js';
import {
  ArrayIsArray,
  ArrayPrototypePush,
  JSONParse,
  JSONStringify,
  SafeMap,
  TypedArrayPrototypeSubarray,
  Uint32Array,
} from '../platform/primordials.js';

/** The end that the events are about. */
export interface EventsOwner extends Receiver {
  calls: Calls | undefined;
  readonly native: NativeChannel;
  readonly outbox: Outbox;
  readonly faults: Faults;
  readonly ledger: Ledger;
  onProtocolError(error: FaultError): void;
  onClose(): void;
}

export class EndpointEvents implements NativeEvents {
  readonly #endpoint: EventsOwner;

  constructor(endpoint: EventsOwner) {
    this.#endpoint = endpoint;
  }

  onText(text: string, count: number, ...parts: Parts | []): void {
    const { faults, monitor, native } = this.#endpoint;
    if (faults.exhausted) return;
    if (monitor.trace?.has('messages') === true) {
      traceTexts(monitor.trace, monitor.received, native.lastTexts());
    }
    monitor.received += count;
    const messages = isShaped(parts) ? parseShaped(text, count, parts) : parseRun(text, count);
    if (messages !== undefined) this.#endpoint.inbox.deliverRun(messages);
    else this.#readSingly(native.lastTexts(), (single) => JSONParse(single) as unknown);
  }

  onClones(bytes: Buffer, places: Buffer): void {
    if (this.#endpoint.faults.exhausted) return;
    const { deserialize } = advanced();
    const at = new Uint32Array(places.buffer, places.byteOffset, places.byteLength / 4);
    const messages: unknown[] = [];
    const { monitor } = this.#endpoint;
    if (monitor.trace?.has('messages') === true) traceClones(monitor.trace, monitor.received, bytes, at);
    monitor.received += at.length / 2;
    try {
      for (let i = 0; i < at.length; i += 2)
        ArrayPrototypePush(messages, deserialize(TypedArrayPrototypeSubarray(bytes, at[i], at[i + 1])));
    } catch {
      const clones: Buffer[] = [];
      for (let i = 0; i < at.length; i += 2)
        ArrayPrototypePush(clones, TypedArrayPrototypeSubarray(bytes, at[i], at[i + 1]));
      this.#readSingly(clones, deserialize);
      return;
    }
    this.#endpoint.inbox.deliverRun(messages);
  }

  onSeveral(text: string, position: number, count = 0, ...parts: Parts | []): void {
    const { faults, inbox, monitor } = this.#endpoint;
    if (faults.exhausted) return;
    let messages: unknown;
    try {
      messages = isShaped(parts) ? readShaped(text, count, parts) : JSONParse(text);
      if (!ArrayIsArray(messages)) throw new Error('it is not an array');
    } catch (cause) {
      this.#endpoint.onMalformed(cause, position);
      return;
    }
    const before = monitor.received;
    monitor.received += messages.length;
    if (monitor.trace?.has('messages') === true) {
      const texts: string[] = [];
      for (let i = 0; i < messages.length; i++) ArrayPrototypePush(texts, JSONStringify(messages[i]));
      traceTexts(monitor.trace, before, texts);
    }
    inbox.deliverRun(messages);
  }

  /** A run in which at least one message cannot be read. The others are delivered. */
  #readSingly<T>(singles: readonly T[], read: (single: T) => unknown): void {
    const { faults, inbox, monitor, native } = this.#endpoint;
    const positions = native.lastPositions();
    const errors = new SafeMap<number, Error>();
    const messages: unknown[] = [];
    for (let at = 0; at < singles.length; at++) {
      let message: unknown;
      try {
        message = read(singles[at] as T);
      } catch (cause) {
        const error = faults.count(() => malformed(cause, positions[at] ?? 0));
        if (faults.exhausted) {
          monitor.received -= singles.length - at - 1;
          break;
        }
        if (error === undefined) continue;
        errors.set(messages.length, error);
      }
      ArrayPrototypePush(messages, message);
    }
    try {
      inbox.deliverMixed(messages, errors);
    } finally {
      faults.check();
    }
  }

  onMessage(
    format: number,
    payload: Payload,
    internal: boolean,
    handles: ReceivedHandle[] | undefined,
    position: number,
    kind?: number,
    note = '',
    family = 0,
    fd = -1,
  ): void {
    const { faults, monitor } = this.#endpoint;
    if (kind !== undefined) handles = [{ kind, note, family: FAMILIES[family] ?? '', fd }];
    if (faults.exhausted) {
      for (let i = 0; i < (handles?.length ?? 0); i++) closeReceived(handles?.[i] as ReceivedHandle);
      return;
    }
    monitor.received += 1;
    if (monitor.trace?.has('messages') === true) {
      tracePayload(monitor.trace, monitor.received, format, payload, internal, handles?.length ?? 0);
    }
    receive(this.#endpoint, format, payload, internal, handles, position);
  }

  onCalls(text: string, count: number, responses: boolean): void {
    callsOf(this.#endpoint).onCalls(text, count, responses);
  }

  onCall(
    role: number,
    id: number,
    format: number,
    payload: Payload,
    handles: ReceivedHandle[] | undefined,
    position: number,
  ): void {
    callsOf(this.#endpoint).onCall(role, id, format, payload, handles, position);
  }

  onCallEnd(id: number, reason: number): void {
    callsOf(this.#endpoint).onCallEnd(id, reason);
  }

  onProgress(settled: number, status: number): void {
    this.#endpoint.outbox.progress(settled, status);
  }

  onAcknowledged(through: number): void {
    this.#endpoint.ledger.acknowledge(through);
  }

  onRefused(group: number, reason: string): void {
    this.#endpoint.ledger.refuse(group, reason);
  }

  onWriteError(code: string, errno: number, settled: number): void {
    this.#endpoint.outbox.break(code, errno, settled);
  }

  onProtocolError(code: string, message: string, position: number): void {
    this.#endpoint.onProtocolError(protocolError(code as ForkwireErrorCode, message, position));
  }

  onClose(): void {
    this.#endpoint.onClose();
  }
}
