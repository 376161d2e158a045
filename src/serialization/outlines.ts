// Sends messages that have the shape of earlier ones without JSON.stringify(), which needs most of its time to find out what a message is.
import type { NativeFunctions } from '../addon/native.js';
import { NOT_SENT } from '../addon/native.js';
import { ArrayPrototypePush, MathMin } from '../platform/primordials.js';
import { learn } from './outline.js';
import { isFast } from './long-strings.js';
import type { Resend } from './outline-clone.js';
import type { Walk } from './walk.js';

/** Shapes of one channel. A program with more has few messages of each, and each one costs a look. */
const MOST = isFast ? 4 : 12;
/** After so many looks in vain, it is decided whether it pays to look. */
const WINDOW = 35;
/** Of how many of those one learns from the message. */
const SAMPLE = 7;
/** A look in vain costs up to this many times what one saves that is not. */
const COST = 3;
/** Messages that are left out at first if it does not pay, and at most. */
const PAUSE = 64;
const LONGEST = 16 * 1024;

interface Known {
  readonly walk: Walk;
  /** The shape that the message after one of this shape had the last time. */
  next: Known | undefined;
}

/** The shapes of the messages that one end sends. */
export class Outlines {
  readonly #functions: NativeFunctions;
  readonly #resend: Resend | undefined;
  /** The shape of the last message. */
  #last: Known | undefined;
  /** All of them, by their places in the addon. */
  readonly #known: Known[] = [];
  #hits = 0;
  #misses = 0;
  #learned = false;
  /** Messages to leave out. */
  #pause = 0;
  #length = PAUSE;

  /** @param resend for a channel of structured clones */
  constructor(functions: NativeFunctions, resend: Resend | undefined) {
    this.#functions = functions;
    this.#resend = resend;
  }

  /** Sends a message as json, or returns NOT_SENT. @throws what the addon throws */
  send(message: object): number {
    if (this.#pause > 0) {
      this.#pause -= 1;
      return NOT_SENT;
    }
    const guess = this.#last?.next;
    if (guess !== undefined) {
      const status = guess.walk(message);
      if (status !== NOT_SENT) {
        this.#last = guess;
        this.#hits += 1;
        return status;
      }
    }
    return this.#sendOther(message, guess);
  }

  #sendOther(message: object, tried: Known | undefined): number {
    const before = this.#misses;
    if (tried !== undefined) this.#misses += 1;
    for (let i = 0; i < this.#known.length; i++) {
      const known = this.#known[i] as Known;
      if (known === tried) continue;
      const status = known.walk(message);
      if (status === NOT_SENT) {
        this.#misses += 1;
        continue;
      }
      this.#hits += 1;
      this.#follow(known);
      this.#judge();
      return status;
    }
    this.#misses += 1;
    // Not from the first messages: a child that sends few need not compile what learns.
    if (before % SAMPLE === SAMPLE - 1) this.#learn(message);
    this.#judge();
    return NOT_SENT;
  }

  #follow(known: Known): void {
    if (this.#last !== undefined) this.#last.next = known;
    this.#last = known;
  }

  #learn(message: object): void {
    // None is replaced: a getter that a walk runs may send as well, and the walk goes on with its outline.
    if (this.#known.length === MOST) return;
    const walk = learn(this.#functions, this.#known.length, message, this.#resend);
    if (walk === undefined) return;
    const known: Known = { walk, next: undefined };
    known.next = known; // most messages are like the one before them
    ArrayPrototypePush(this.#known, known);
    this.#learned = true;
    this.#follow(known);
  }

  #judge(): void {
    if (this.#misses < WINDOW) return;
    if (this.#hits >= COST * this.#misses) this.#length = PAUSE;
    else if (!this.#learned) {
      this.#pause = this.#length;
      this.#length = MathMin(2 * this.#length, LONGEST);
    }
    this.#hits = this.#misses = 0;
    this.#learned = false;
  }
}
