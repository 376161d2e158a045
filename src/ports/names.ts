// Which socket pair a named port is, when either side may ask for the name first, or both at the same moment.
//
// The side that asks makes a pair and offers one end to the other. Both sides count the ports that they have opened under a
// name, so that an offer says which of them it is for. If both make a pair for the same port, the parent's is kept: whatever the
// child wrote into its own is read first (lanes.ts).
import { NumberIsInteger, SafeMap } from '../platform/primordials.js';

/** What happened under one name. */
interface Named<End> {
  /** Ports opened here so far: the number of the last one. */
  opened: number;
  /** Whether that one is open. */
  open: boolean;
  /** Whether its pair was made here. */
  made: boolean;
  /** The number of the last offer. */
  offered: number;
  /** Offers that are ahead of this side. */
  readonly waiting: Map<number, End>;
}

/** A port that is to be opened. */
export interface Opening<End> {
  readonly number: number;
  /** The end that the other side has offered. Undefined: make a pair, and offer one end with this number. */
  readonly end: End | undefined;
}

/** What to do with an offer. */
export type Offer =
  /** Kept until the name is asked for. */
  | 'waits'
  /** This side has made a pair for the same port, which is open or was closed here. */
  | 'crossed'
  /** The peer breaks the rules. */
  | 'wrong';

export class Names<End> {
  readonly #names = new SafeMap<string, Named<End>>();

  /** Opens the next port with this name, which must not be open. */
  open(name: string): Opening<End> {
    const named = this.#of(name);
    named.opened += 1;
    named.open = true;
    const end = named.waiting.get(named.opened);
    named.waiting.delete(named.opened);
    named.made = end === undefined;
    return { number: named.opened, end };
  }

  /** Whether the next port with this name has been offered. */
  isWaiting(name: string): boolean {
    const named = this.#names.get(name);
    return named !== undefined && named.waiting.has(named.opened + 1);
  }

  /** The port with this name is closed here. */
  close(name: string): void {
    this.#of(name).open = false;
  }

  /** The peer offers its end of the port with this number. Numbers of one name ascend. */
  offer(name: string, number: number, end: End): Offer {
    const named = this.#of(name);
    if (!NumberIsInteger(number) || number <= named.offered) return 'wrong';
    // One that was taken from an earlier offer cannot be offered again, and one in between was never missing.
    if (number === named.opened && !named.made) return 'wrong';
    named.offered = number;
    if (number <= named.opened) return 'crossed';
    named.waiting.set(number, end);
    return 'waits';
  }

  /** Whether the offer of this number is for the port that is open now. */
  isOpen(name: string, number: number): boolean {
    const named = this.#names.get(name);
    return named?.open === true && named.opened === number;
  }

  /** Takes all offers that wait. */
  takeAll(): End[] {
    const ends: End[] = [];
    this.#names.forEach(({ waiting }) => {
      waiting.forEach((end) => ends.push(end));
      waiting.clear();
    });
    return ends;
  }

  #of(name: string): Named<End> {
    let named = this.#names.get(name);
    if (named === undefined) {
      named = { opened: 0, open: false, made: false, offered: 0, waiting: new SafeMap() };
      this.#names.set(name, named);
    }
    return named;
  }
}
