// The requests of one end of a channel in both directions: what the addon says about them goes to the requester or to the
// server.
import { Role } from '../addon/requests.js';
import type { ReceivedHandle } from '../addon/native.js';
import type { Payload } from '../addon/payload.js';
import type { Calls } from '../channel/calls.js';
import type { Endpoint } from '../channel/endpoint.js';
import { malformed } from '../errors.js';
import { traceCall, traceCalls } from './trace.js';
import { JSONParse, NumberParseInt } from '../platform/primordials.js';
import { closeAll, open } from './payload.js';
import { Requester } from './requester.js';
import { Server } from './server.js';
import { ChannelWire } from './channel-wire.js';
import type { RequestWire } from './request-wire.js';

/** A number and a comma before a payload. */
const NUMBER = /^(-?)(\d+),/;

export class EndpointCalls implements Calls {
  readonly requester: Requester;
  readonly server: Server;
  readonly #end: Endpoint;

  constructor(end: Endpoint) {
    const wire: RequestWire = new ChannelWire(end);
    this.#end = end;
    this.requester = new Requester(end, wire);
    this.server = new Server(end, wire);
  }

  get busy(): boolean {
    return this.requester.busy || this.server.busy;
  }

  onCalls(text: string, count: number, responses: boolean): void {
    const { faults, monitor, native } = this.#end;
    if (faults.exhausted) return;
    const { trace } = monitor;
    if (trace?.has('messages') === true) traceCalls(trace, monitor.received, native.lastTexts());
    monitor.received += count;
    const all = parse(text, count);
    if (all === undefined) {
      this.#readSingly(native.lastTexts(), native.lastPositions(), responses);
      return;
    }
    for (let at = 0; at < all.length; at += 2) this.#take(all[at] as number, all[at + 1], responses);
  }

  #take(id: number, message: unknown, responses: boolean): void {
    if (!responses) this.server.take(id, message, undefined);
    else if (id > 0) this.requester.fulfill(id, message, undefined);
    else this.requester.fail(-id, message);
  }

  /** At least one of them cannot be read, and that one alone fails. */
  #readSingly(singles: readonly string[], positions: readonly number[], responses: boolean): void {
    for (let at = 0; at < singles.length; at++) {
      const single = singles[at] as string;
      const [start = '', sign = '', digits = '0'] = NUMBER.exec(single) ?? [];
      let message: unknown;
      try {
        message = JSONParse(single.slice(start.length));
      } catch (cause) {
        this.#unreadable(NumberParseInt(digits, 10), responses, cause, positions[at] ?? 0);
        continue;
      }
      this.#take(sign === '' ? NumberParseInt(digits, 10) : -NumberParseInt(digits, 10), message, responses);
    }
  }

  #unreadable(id: number, response: boolean, cause: unknown, position: number): void {
    if (response) this.requester.reject(id, malformed(cause, position));
    else this.server.unreadable(id);
    this.#end.onMalformed(cause, position);
  }

  onCall(
    role: number,
    id: number,
    format: number,
    payload: Payload,
    handles: ReceivedHandle[] | undefined,
    position: number,
  ): void {
    const { faults, monitor } = this.#end;
    if (faults.exhausted) {
      closeAll(handles);
      return;
    }
    monitor.received += 1;
    traceCall(monitor, format, payload, handles?.length ?? 0);
    const isResponse = role !== Role.request;
    try {
      open(this.#end, format, payload, handles, (message, things) => {
        if (role === Role.request) this.server.take(id, message, things);
        else if (role === Role.response) this.requester.fulfill(id, message, things);
        else this.requester.fail(id, message);
      });
    } catch (cause) {
      this.#unreadable(id, isResponse, cause, position);
    }
  }

  onCallEnd(id: number, reason: number): void {
    if (reason === 0) this.server.cancel(id);
    else this.requester.decline(id, reason);
  }

  onAnnounced(): void {
    this.requester.onAnnounced();
  }

  giveUp(): void {
    this.requester.giveUpAll();
  }

  close(settled: number): void {
    this.requester.close(settled);
    this.server.close();
  }
}

/** Numbers and payloads by turns; undefined if one of them cannot be read, or reaches beyond its place. */
function parse(text: string, count: number): unknown[] | undefined {
  try {
    const all = JSONParse(text) as unknown[];
    return all.length === 2 * count ? all : undefined;
  } catch {
    return undefined;
  }
}
