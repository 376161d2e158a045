// Tells requesters that their requests are worked on. One message for all that a requester has here.
import {
  ArrayPrototypePush,
  ArrayPrototypeSlice,
  JSONStringify,
  SafeMap,
  SafeSet,
  setTimeout,
} from '../platform/primordials.js';
import type { Link } from './link.js';
import { MARK, numberOf } from './subjects.js';

/** Milliseconds. */
export const SHORTEST = 100;
export const LONGEST = 3_600_000;
/** Numbers in one message. */
const CHUNK = 8192;
const INTERVAL = new RegExp(`\\.${MARK}\\.(\\d{3,7})$`);

interface Group {
  readonly interval: number;
  readonly ids: Set<number>;
}

export class Heartbeats {
  readonly #link: Link;
  /** By what the requester's replies have in common. */
  readonly #groups = new SafeMap<string, Group>();

  constructor(link: Link) {
    this.#link = link;
  }

  add(reply: string): void {
    const id = numberOf(reply);
    if (!(id > 0)) return;
    const inbox = inboxOf(reply);
    const known = this.#groups.get(inbox);
    if (known !== undefined) {
      known.ids.add(id);
      return;
    }
    // A requester that does not speak our way would take a heartbeat for its answer.
    const interval = +(INTERVAL.exec(inbox)?.[1] ?? 0);
    if (interval < SHORTEST || interval > LONGEST) return;
    const ids = new SafeSet<number>();
    ids.add(id);
    this.#groups.set(inbox, { interval, ids });
    this.#wait(inbox, interval);
  }

  delete(reply: string): void {
    this.#groups.get(inboxOf(reply))?.ids.delete(numberOf(reply));
  }

  #wait(inbox: string, interval: number): void {
    setTimeout(() => this.#beat(inbox), interval).unref();
  }

  #beat(inbox: string): void {
    const { ids, interval } = this.#groups.get(inbox) as Group;
    if (ids.size === 0 || this.#link.ended) {
      this.#groups.delete(inbox);
      return;
    }
    this.#wait(inbox, interval);
    // Without a server nobody hears it, and later it would be of no use.
    if (!this.#link.up) return;
    const all: number[] = [];
    ids.forEach((id) => ArrayPrototypePush(all, id));
    for (let at = 0; at < all.length; at += CHUNK)
      this.#link.publish(`${inbox}.alive`, JSONStringify(ArrayPrototypeSlice(all, at, at + CHUNK)));
  }
}

function inboxOf(reply: string): string {
  return reply.slice(0, reply.lastIndexOf('.'));
}
