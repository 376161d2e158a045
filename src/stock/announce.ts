// Requests of a process whose own channel is Node's: what forkwire/child adds to `process.channel`, and how it announces that.
import type { Serving } from '../request-types.js';
import { HELLO } from '../channel/announcement.js';
import { wireLacks } from '../channel/wire-lacks.js';
import { StringPrototypeStartsWith, process } from '../platform/primordials.js';
import { STOCK } from '../platform/paths.js';
import { loadPrivately } from '../platform/private-module.js';
import { defineValue } from '../platform/properties.js';
import { PARENT, readParent } from '../start/parent-variable.js';

/** What dist/stock.js has. */
export interface Requests {
  request(message: unknown, options?: object): Promise<unknown>;
  serve(handler: unknown): Serving;
  /** A message about a request has come. */
  hear(message: Step): void;
}

/** A message about a request: docs/protocol.md has them. */
export interface Step {
  readonly cmd?: unknown;
  readonly id?: unknown;
  readonly msg?: unknown;
  readonly reason?: unknown;
}

/** Node's own `process.channel`. */
interface StockControl {
  readonly fd?: number;
  request?: unknown;
}

/** That of the messages about requests. */
const VERSION = 1;

/** How the `cmd` of each of them begins. */
export const PREFIX = 'NODE_FORKWIRE_';

/** If the parent has forkwire, it learns that this process has it too. If not, requests fail with what to do. */
export function announce(): void {
  const { channel } = process as { channel?: StockControl | null };
  const value = process.env[PARENT];
  // A channel of forkwire has requests already, and so has one that another copy of this file has announced.
  if (typeof channel !== 'object' || channel === null || channel.request !== undefined) return;
  delete process.env[PARENT];
  const serialization = readParent(value, channel.fd);
  if (serialization === undefined) refuse(channel);
  else offer(channel, serialization);
}

function offer(channel: object, serialization: string): void {
  let loaded: Requests | undefined;
  const load = (): Requests => (loaded ??= (loadPrivately(STOCK) as Bundle).requests(serialization));
  defineValue(channel, 'request', async (message: unknown, options?: object) =>
    load().request(message, options),
  );
  defineValue(channel, 'serve', (handler: unknown) => load().serve(handler));
  process.on('internalMessage', (message: Step) => {
    const { cmd } = message;
    if (typeof cmd === 'string' && StringPrototypeStartsWith(cmd, PREFIX)) load().hear(message);
  });
  process.send?.({ cmd: HELLO, version: VERSION }, undefined, { swallowErrors: true } as object, ignore);
}

interface Bundle {
  requests(serialization: string): Requests;
}

function refuse(channel: object): void {
  defineValue(channel, 'request', async () => {
    throw wireLacks('request()');
  });
  defineValue(channel, 'serve', () => {
    throw wireLacks('serve()');
  });
}

function ignore(): void {}
