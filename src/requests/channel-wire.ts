// Requests over a channel of the addon.
import { LATE, NOT_SENT } from '../addon/native.js';
import type { RequestFunctions } from '../addon/requests.js';
import type { Endpoint } from '../channel/endpoint.js';
import { carryMemory, carryWith } from '../channel/carry-handles.js';
import type { Carry } from '../channel/dispatch.js';
import { noHandles } from './errors.js';
import { encode, tell } from '../channel/write.js';
import type { Encoded } from '../channel/write.js';
import { ArrayIsArray } from '../platform/primordials.js';
import type { WithoutStrings } from '../serialization/long-strings.js';
import { isNeedsMemory } from '../serialization/shared-views.js';
import type { NeedsMemory } from '../serialization/shared-views.js';
import { plain } from './failure.js';
import { liftPayload } from './lift-payload.js';
import type { Announced, Carried, RequestWire } from './request-wire.js';

export class ChannelWire implements RequestWire {
  readonly #end: Endpoint;
  readonly #functions: RequestFunctions;

  constructor(end: Endpoint) {
    this.#end = end;
    this.#functions = end.native.requestFunctions();
  }

  /** A program on Node's wire that sends a message before it announces forkwire has none. */
  get announced(): Announced {
    const { announcement, monitor, nodeWire } = this.#end;
    if (!nodeWire || announcement.made) return true;
    return monitor.received > announcement.internal ? false : undefined;
  }

  prepare(message: unknown, carried: Carried | undefined): () => void {
    if (carried !== undefined) throw noHandles();
    const encoded = this.#encode(message) as Encoded; // on Node's wire, no message needs memory
    return () => this.#request(message, encoded);
  }

  // Nothing is allocated for the plain ones.

  request(message: unknown, carried: Carried | undefined): void {
    if (carried !== undefined && this.#end.nodeWire) throw noHandles();
    if (carried !== undefined && this.#carry(undefined, message, carried) !== undefined) return;
    if (carried === undefined && this.#sendLifted(undefined, message) !== undefined) return;
    const encoded = this.#encode(message);
    if (isNeedsMemory(encoded)) {
      this.#carryMemory(undefined, message, carried, encoded);
      return;
    }
    this.#request(message, encoded);
  }

  #request(message: unknown, encoded: Encoded): void {
    const status =
      typeof encoded === 'string'
        ? this.#functions.sendRequest(encoded)
        : this.#functions.sendRequestParts(partsOf(encoded));
    this.#book(message, encoded, status);
  }

  respond(id: number, value: unknown, carried: Carried | undefined): boolean {
    if (carried !== undefined && this.#end.nodeWire) throw noHandles();
    const status = carried ? this.#carry(id, value, carried) : this.#sendLifted(id, value);
    if (status !== undefined) return (status & LATE) === 0;
    const encoded = this.#encode(value);
    return isNeedsMemory(encoded)
      ? (this.#carryMemory(id, value, carried, encoded) & LATE) === 0
      : this.#respond(id, value, encoded, false);
  }

  fail(id: number, failure: unknown): void {
    this.#respond(id, failure, encode(this.#end, failure), true);
  }

  #respond(id: number, value: unknown, encoded: Encoded, failed: boolean): boolean {
    const status =
      typeof encoded === 'string'
        ? this.#functions.sendResponse(encoded, id, failed)
        : this.#functions.sendResponseParts(partsOf(encoded), id, failed);
    const awaited = (status & LATE) === 0;
    if (awaited) this.#book(value, encoded, status);
    return awaited;
  }

  /**
   * Sends a request, or the response with this number, if the addon has to make its json. Returns the status. Undefined: nothing
   * was sent.
   */
  #sendLifted(id: number | undefined, message: unknown): number | undefined {
    const lifted = liftPayload(this.#end, message);
    if (lifted === undefined) return undefined;
    const status = put(this.#functions, id, lifted);
    if (status === NOT_SENT) return undefined;
    if ((status & LATE) === 0) this.#end.outbox.bookQuiet(status);
    return status;
  }

  #encode(message: unknown): Encoded | NeedsMemory {
    // A clone of no bytes: JSON does not have undefined.
    if (message === undefined) return [];
    try {
      return encode(this.#end, message);
    } catch (error) {
      if (isNeedsMemory(error)) return error;
      throw error;
    }
  }

  /** Sends it with handles. Returns the status; undefined if all of them have closed, and nothing was sent. */
  #carry(id: number | undefined, message: unknown, { handles, onHandles }: Carried): number | undefined {
    const how = { endpoint: this.#end, message, carry: this.#carrier(id), callback: onHandles };
    return carryWith(how, handles);
  }

  /** The same with views of shared memory. */
  #carryMemory(
    id: number | undefined,
    message: unknown,
    carried: Carried | undefined,
    needs: NeedsMemory,
  ): number {
    const callback = carried?.onHandles ?? ignore;
    const how = { endpoint: this.#end, message, carry: this.#carrier(id), callback };
    return carryMemory(how, needs) ?? 0;
  }

  /** Of a request, or of the response with this number. */
  #carrier(id: number | undefined): Carry {
    const { native } = this.#end;
    return id === undefined
      ? (payload, handles) => native.sendRequestWith(payload, handles)
      : (payload, handles) => native.sendResponseWith(payload, id, handles);
  }

  carried(value: unknown): unknown {
    const { serializer } = this.#end;
    if (serializer === undefined) return plain(value);
    try {
      serializer.serializeParts(value);
      return value;
    } catch {
      return plain(value);
    }
  }

  end(id: number, reason: number): void {
    this.#functions.endRequest(id, reason);
  }

  setMode(mode: number): void {
    this.#functions.setRequests(mode);
  }

  #book(message: unknown, encoded: Encoded, status: number): void {
    const { monitor, outbox } = this.#end;
    const { trace } = monitor;
    if (trace !== undefined) tell(trace, outbox.sent + 1, { message, encoded, internal: false }, status);
    outbox.bookQuiet(status);
  }
}

function put(functions: RequestFunctions, id: number | undefined, { text, strings }: WithoutStrings): number {
  if (id === undefined)
    return strings.length === 0 ? functions.sendRequest(text) : functions.sendRequestLifted(text, strings);
  return strings.length === 0
    ? functions.sendResponse(text, id, false)
    : functions.sendResponseLifted(text, strings, id);
}

function partsOf(encoded: Exclude<Encoded, string>): Uint8Array[] {
  return ArrayIsArray(encoded) ? encoded : [encoded];
}

function ignore(): void {}
