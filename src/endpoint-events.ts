// What the addon says about one end of a channel, passed on to the part that it concerns.
import type { Endpoint } from './endpoint.js';
import { protocolError } from './errors.js';
import type { NativeEvents, ReceivedHandle } from './native.js';
import { receive } from './receive.js';
import { parseRun } from './serialization/json.js';
import { TEXT } from './serialization/serializer.js';

export class EndpointEvents implements NativeEvents {
  readonly #endpoint: Endpoint;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  onText(text: string, count: number): void {
    const endpoint = this.#endpoint;
    const messages = parseRun(text, count);
    if (messages !== undefined) {
      endpoint.inbox.deliverRun(messages);
      return;
    }
    const positions = endpoint.native.lastPositions();
    for (const [index, single] of endpoint.native.lastTexts().entries()) {
      receive(endpoint, TEXT, single, false, undefined, positions[index] ?? 0);
    }
  }

  onMessage(
    format: number,
    payload: string | Buffer,
    internal: boolean,
    handles: ReceivedHandle[] | undefined,
    position: number,
  ): void {
    receive(this.#endpoint, format, payload, internal, handles, position);
  }

  onProgress(settled: number, status: number): void {
    this.#endpoint.outbox.progress(settled, status);
  }

  onAcknowledged(through: number): void {
    this.#endpoint.ledger.acknowledge(through);
  }

  onRefused(parcel: number, reason: string): void {
    this.#endpoint.ledger.refuse(parcel, reason);
  }

  onWriteError(code: string, errno: number, settled: number): void {
    this.#endpoint.outbox.break(code, errno, settled);
  }

  onProtocolError(code: string, message: string, position: number): void {
    this.#endpoint.onProtocolError(protocolError(code, message, position));
  }

  onClose(): void {
    this.#endpoint.onClose();
  }
}
