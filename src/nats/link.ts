// What the ports of one connection have in common: the inbox for answers, and what waits while there is no server.
import { randomBytes } from 'node:crypto';
import {
  ArrayIsArray,
  ArrayPrototypePush,
  BufferFrom,
  BufferPrototypeToString,
  JSONParse,
  SafeMap,
  SafeSet,
  SafeWeakMap,
} from '../platform/primordials.js';
import { MARK, numberOf } from './subjects.js';
import type { NatsConnection, NatsMessage, NatsSubscription } from './types.js';

/** What waits for messages that come to the inbox under its number. */
export interface Expecting {
  onMessage(message: NatsMessage): void;
  /** A worker still works on it. */
  onHeartbeat(): void;
}

/** A port, as its connection sees it. */
export interface Attached {
  /** The server does not let this connection send to, or receive from, the subject. */
  onRefused(error: Refusal): void;
  /** The connection has ended for good. */
  onEnd(): void;
}

export interface Refusal extends Error {
  readonly operation?: 'publish' | 'subscription';
  readonly subject?: string;
}

/** At the end of the subject of heartbeats. */
const HEARTBEAT = '.alive';

const links = new SafeWeakMap<NatsConnection, Map<string, Link>>();

export class Link {
  readonly connection: NatsConnection;
  /** The numbers of requests and probes that wait, and what waits. */
  readonly expecting = new SafeMap<number, Expecting>();
  readonly #ports = new SafeSet<Attached>();
  readonly #inbox: string;
  #last = 0;
  #up = true;
  #ended = false;
  /** What is to be done when there is a server again. */
  #held: (() => void)[] = [];

  /** The ports of a connection share a link, if their inboxes begin alike. */
  static of(connection: NatsConnection, prefix: string): Link {
    let all = links.get(connection);
    if (all === undefined) links.set(connection, (all = new SafeMap<string, Link>()));
    let link = all.get(prefix);
    if (link === undefined) all.set(prefix, (link = new Link(connection, prefix)));
    return link;
  }

  private constructor(connection: NatsConnection, prefix: string) {
    this.connection = connection;
    this.#inbox = `${prefix}.${BufferPrototypeToString(randomBytes(12), 'hex')}.${MARK}`;
    this.subscribe(this.inbox, (message) => this.#onMessage(message));
    void this.#watch();
    void this.#awaitEnd();
  }

  get inbox(): string {
    return `${this.#inbox}.>`;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether there is a server. What is published without one would be lost. */
  get up(): boolean {
    return this.#up && this.connection.info !== undefined;
  }

  attach(port: Attached): void {
    this.#ports.add(port);
  }

  detach(port: Attached): void {
    this.#ports.delete(port);
  }

  /** Returns a number for what waits. */
  expect(one: Expecting): number {
    this.expecting.set(++this.#last, one);
    return this.#last;
  }

  /** @param heartbeat in milliseconds */
  replyTo(id: number, heartbeat: number): string {
    return `${this.#inbox}.${heartbeat}.${id}`;
  }

  /** Publishes now, or when there is a server again. On a connection that is closing, nothing happens. */
  publish(subject: string, payload?: Uint8Array | string, options?: object): void {
    if (this.up) this.#attempt(() => this.connection.publish(subject, payload, options));
    else this.hold(() => this.publish(subject, payload, options));
  }

  /** The same for a subscription. */
  subscribe(
    subject: string,
    onMessage: (message: NatsMessage) => void,
    queue?: string,
  ): NatsSubscription | undefined {
    return this.#attempt(() =>
      this.connection.subscribe(subject, {
        ...(queue !== undefined && { queue }),
        // What the server refuses comes as a status of the connection, too.
        callback: (error, message) => {
          if (error === null) onMessage(message);
        },
      }),
    );
  }

  #attempt<T>(what: () => T): T | undefined {
    try {
      return what();
    } catch (error) {
      const { name } = error as Error;
      if (name === 'ClosedConnectionError' || name === 'DrainingConnectionError') return undefined;
      throw error;
    }
  }

  /** Does it when there is a server again; never, if the connection ends before that. */
  hold(task: () => void): void {
    ArrayPrototypePush(this.#held, task);
  }

  #onMessage(message: NatsMessage): void {
    const { subject } = message;
    if (subject.endsWith(HEARTBEAT)) this.#onHeartbeat(message.data);
    else this.expecting.get(numberOf(subject))?.onMessage(message);
  }

  #onHeartbeat(data: Uint8Array): void {
    const ids = idsOf(data);
    for (let at = 0; at < ids.length; at++) this.expecting.get(ids[at] as number)?.onHeartbeat();
  }

  async #watch(): Promise<void> {
    for await (const { type, error } of this.connection.status()) {
      if (type === 'disconnect') this.#up = false;
      else if (type === 'reconnect') this.#resume();
      else if (type === 'error') this.#refused(error as Refusal);
    }
  }

  #refused(error: Refusal): void {
    if (error.name !== 'PermissionViolationError') return;
    this.#ports.forEach((port) => port.onRefused(error));
  }

  #resume(): void {
    this.#up = true;
    const held = this.#held;
    this.#held = [];
    for (let at = 0; at < held.length; at++) held[at]?.();
  }

  async #awaitEnd(): Promise<void> {
    await this.connection.closed();
    this.#ended = true;
    this.#held = [];
    this.#ports.forEach((port) => port.onEnd());
    this.#ports.clear();
    this.expecting.clear();
  }
}

/** Whatever somebody sent: numbers, or nothing. */
function idsOf(data: Uint8Array): readonly unknown[] {
  try {
    const ids = JSONParse(BufferPrototypeToString(BufferFrom(data))) as unknown;
    return ArrayIsArray(ids) ? ids : [];
  } catch {
    return [];
  }
}
