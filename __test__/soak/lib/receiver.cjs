// Receives the messages of one direction, and compares each with its expected content.
const { inspect, isDeepStrictEqual } = require('node:util');
const { block } = require('./block.cjs');
const { contentOf } = require('./content.cjs');
const { Random, mix } = require('./random.cjs');
const { Things } = require('./things.cjs');

/** Thrown by a listener on purpose. */
class Planned extends Error {}

const shown = (value) => {
  const text = inspect(value, { maxStringLength: 60, maxArrayLength: 5, depth: 3, breakLength: Infinity });
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
};

class Receiver {
  received = 0;
  handles = 0;
  pauses = 0;
  throws = 0;
  listening = false;
  /** Called after each message with the number of messages so far. */
  onReceived = () => {};
  #side;
  #random;
  #wrong = false;
  #forGood = false;
  #over = false;

  /** @param side {target, stream, habits, log, problem}: who reads what, and how */
  constructor(side) {
    this.#side = side;
    this.#random = new Random(mix(side.habits.seed, 1));
    side.target.once('disconnect', () => (this.#over = this.listening));
  }

  start() {
    if (this.listening) return;
    this.listening = true;
    this.#side.target.on('message', this.#take);
  }

  /** No more pauses. */
  startForGood() {
    this.#forGood = true;
    this.start();
  }

  #take = (message, handle) => {
    const { stream, habits, log } = this.#side;
    const n = this.received;
    this.received += 1;
    if (this.#over) this.#report(`message ${n} came after 'disconnect'`);
    if (n >= stream.count) this.#report(`message ${n} was never sent: ${shown(message)}`);
    const expected = contentOf(stream, n);
    if (!isDeepStrictEqual(message, expected.message))
      this.#report(`message ${n} is ${shown(message)} in place of ${shown(expected.message)}`);
    this.#use(n, expected.handles, handle);
    this.onReceived(this.received);
    if (this.#random.chance(habits.blocks)) block(this.#random.between(1, 150), log);
    if (!this.#forGood && this.#random.chance(habits.pauses)) this.#pause();
    if (this.#random.chance(habits.throws)) {
      this.throws += 1;
      throw new Planned();
    }
  };

  #use(n, handles, handle) {
    if (handles === undefined) {
      if (handle !== undefined) this.#report(`message ${n} came with ${shown(handle)}`);
      return;
    }
    const things = handles.array ? handle : [handle];
    if (things?.length !== handles.kinds.length)
      this.#report(`message ${n} came with ${things?.length} things in place of ${handles.kinds.length}`);
    for (const [i, kind] of handles.kinds.entries()) {
      this.handles += 1;
      const fault = Things.use(kind, things?.[i]);
      if (fault !== undefined) this.#report(`message ${n} came with ${fault}`);
    }
  }

  #pause() {
    const time = this.#random.between(1, 250);
    this.#side.log.add(`received ${this.received}, does not listen for ${time} ms`);
    this.pauses += 1;
    this.listening = false;
    this.#side.target.off('message', this.#take);
    setTimeout(() => this.start(), time);
  }

  /** After one wrong message, all others are wrong too. */
  #report(text) {
    if (!this.#wrong) this.#side.problem(text);
    this.#wrong = true;
  }
}

module.exports = { Receiver, Planned };
