// What becomes of the channels of a port that is sent: their sockets go along, and what was read of them and not delivered
// goes into a pair of its own, which the receiver reads first.
import { EventEmitter } from 'node:events';
import type { Suspended } from '../addon/native.js';
import { Endpoint } from '../channel/endpoint.js';
import type { Settings } from '../channel/settings.js';
import { ArrayPrototypePush, ObjectAssign } from '../platform/primordials.js';
import { End } from './end.js';
import type { Lane, Stored } from './lane.js';
import { postMessage } from './post-message.js';

const { setImmediate } = globalThis;

/** The port's channels. */
interface Opener {
  readonly settings: Settings;
  open(end: End): Lane;
}

/**
 * Suspends all lanes. `ends` is undefined if one of them has handles or requests under way; then `left` are the lanes to go on
 * with.
 */
export function suspendAll(
  opener: Opener,
  lanes: readonly Lane[],
): { ends: End[] | undefined; left: Lane[] } {
  const ends: End[] = [];
  if (!lanes.every((lane) => !lane.gathering && (lane.ended || isMovable(lane.endpoint)))) {
    return { ends: undefined, left: [...lanes] };
  }
  for (const [index, lane] of lanes.entries()) {
    const stored: Stored[] = [];
    lane.collect((one) => ArrayPrototypePush(stored, one));
    // More of the same run follows when its listener returns, and precedes what arrives by suspending.
    const later: Stored[] | undefined = lane.delivering ? [] : undefined;
    if (later !== undefined) lane.collect((one) => ArrayPrototypePush(later, one));
    const suspended = lane.ended ? undefined : suspend(lane.endpoint);
    if (suspended === undefined && !lane.ended) {
      goOn(lane, stored, later);
      const reopened = ends.map((end) => opener.open(end));
      return { ends: undefined, left: [...reopened, ...lanes.slice(index)] };
    }
    if (stored.length > 0 || later !== undefined) {
      const forwarder = new Forwarder(opener.settings, later);
      for (const one of stored) forwarder.forward(one);
      lane.collect((one) => forwarder.forward(one));
      ArrayPrototypePush(ends, forwarder.finish());
    }
    lane.forget();
    if (suspended !== undefined && suspended.fd >= 0) ArrayPrototypePush(ends, new End(suspended));
  }
  if (ends.length === 0) ArrayPrototypePush(ends, deadEnd());
  return { ends, left: [] };
}

/** Delivers what was collected of a lane that stays. */
function goOn(lane: Lane, stored: Stored[], later: Stored[] | undefined): void {
  if (later === undefined) lane.release(stored);
  else {
    lane.gathering = true;
    lane.collect((one) => ArrayPrototypePush(stored, one));
  }
  setImmediate(() => {
    if (later !== undefined) {
      lane.gathering = false;
      lane.release([...stored, ...later]);
    }
    lane.start();
  });
}

/** Whether the channel can move: handles are settled by this process. */
function isMovable({ calls, connected, inbox, ledger }: Endpoint): boolean {
  return connected && ledger.outstanding === 0 && !inbox.blocked && calls?.busy !== true;
}

/**
 * Takes the socket out of a channel, for another one to go on with it. What has arrived is delivered first. Messages that were not
 * written yet go along, and count as sent. Undefined, with the channel as it was, if it cannot move now.
 */
function suspend(endpoint: Endpoint): Suspended | undefined {
  const suspended = endpoint.native.suspend();
  if (suspended === null) return undefined;
  endpoint.abandon();
  return suspended;
}

/** An end whose peer is gone. */
function deadEnd(): End {
  const [end, other] = End.pair();
  other.close();
  return end;
}

/** Sends messages on that were received. */
class Forwarder {
  readonly #end: End;
  readonly #endpoint: Endpoint;
  readonly #later: readonly Stored[] | undefined;

  /** @param later not undefined: messages may come until this turn of the loop is over, and these follow them */
  constructor(settings: Settings, later: readonly Stored[] | undefined) {
    const [ours, theirs] = End.pair();
    this.#end = theirs;
    this.#later = later;
    const target = ObjectAssign(new EventEmitter(), { connected: true });
    target.on('error', () => {}); // the receiver has gone
    this.#endpoint = new Endpoint(target, ours.take().fd, settings, false);
  }

  forward({ message, handle }: Stored): void {
    postMessage(this.#endpoint, message, handle);
  }

  /** The end to read from. */
  finish(): End {
    if (this.#later === undefined) this.#endpoint.disconnect();
    else setImmediate((later) => this.#finishWith(later), this.#later);
    return this.#end;
  }

  #finishWith(later: readonly Stored[]): void {
    for (const one of later) this.forward(one);
    this.#endpoint.disconnect();
  }
}
