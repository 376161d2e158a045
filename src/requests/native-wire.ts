// Requests on the native wire.
import { LATE } from '../addon/native.js';
import type { RequestFunctions } from '../addon/requests.js';
import type { Endpoint } from '../channel/endpoint.js';
import { carryMemory, carryWith } from '../channel/carry-handles.js';
import type { Carry } from '../channel/dispatch.js';
import { wireLacks } from '../channel/wire-lacks.js';
import { encode, tell } from '../channel/write.js';
import type { Encoded } from '../channel/write.js';
import { ArrayIsArray } from '../platform/primordials.js';
import { NeedsMemory } from '../serialization/shared-views.js';
import { plain } from './failure.js';
import type { Carried, RequestWire } from './request-wire.js';

export class NativeRequestWire implements RequestWire {
  readonly #end: Endpoint;
  readonly #functions: RequestFunctions;

  constructor(end: Endpoint) {
    this.#end = end;
    this.#functions = end.native.requestFunctions();
  }

  request(message: unknown, carried: Carried | undefined): void {
    if (this.#end.nodeWire) throw wireLacks('request()');
    const carry: Carry = (payload, handles) => this.#end.native.sendRequestWith(payload, handles);
    this.#send(message, carried, carry, (encoded) =>
      typeof encoded === 'string'
        ? this.#functions.sendRequest(encoded)
        : this.#functions.sendRequestParts(partsOf(encoded)),
    );
  }

  respond(id: number, value: unknown, carried: Carried | undefined): boolean {
    const carry: Carry = (payload, handles) => this.#end.native.sendResponseWith(payload, id, handles);
    const status = this.#send(value, carried, carry, (encoded) =>
      typeof encoded === 'string'
        ? this.#functions.sendResponse(encoded, id, false)
        : this.#functions.sendResponseParts(partsOf(encoded), id, false),
    );
    return (status & LATE) === 0;
  }

  /** Returns the status. */
  #send(
    message: unknown,
    carried: Carried | undefined,
    carry: Carry,
    put: (encoded: Encoded) => number,
  ): number {
    const endpoint = this.#end;
    const callback = carried?.onHandles ?? ignore;
    if (carried !== undefined) {
      const status = carryWith({ endpoint, message, carry, callback }, carried.handles);
      if (status !== undefined) return status;
    }
    let encoded: Encoded;
    try {
      // A clone of no bytes: JSON does not have undefined.
      encoded = message === undefined ? [] : encode(endpoint, message);
    } catch (error) {
      if (!(error instanceof NeedsMemory)) throw error;
      return carryMemory({ endpoint, message, carry, callback }, error) ?? 0;
    }
    const status = put(encoded);
    if ((status & LATE) === 0) this.#book(message, encoded, status);
    return status;
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

  fail(id: number, failure: unknown): void {
    const encoded = encode(this.#end, failure);
    const status =
      typeof encoded === 'string'
        ? this.#functions.sendResponse(encoded, id, true)
        : this.#functions.sendResponseParts(partsOf(encoded), id, true);
    if ((status & LATE) === 0) this.#book(failure, encoded, status);
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

function partsOf(encoded: Exclude<Encoded, string>): Uint8Array[] {
  return ArrayIsArray(encoded) ? encoded : [encoded];
}

function ignore(): void {}
