// Sends the messages of one direction, and keeps account of their callbacks.
const { setImmediate: turn, setTimeout: wait } = require('node:timers/promises');
const { isDeepStrictEqual } = require('node:util');
const { block } = require('./block.cjs');
const { contentOf } = require('./content.cjs');
const { Random } = require('./random.cjs');
const { SharedServer } = require('./things.cjs');

class Sender {
  sent = 0;
  bytes = 0;
  withCallback = 0;
  withHandles = 0;
  nulls = 0;
  failed = 0;
  refusals = 0;
  stopped = false;
  /** Called after each send with the number of sends so far. */
  onSent = () => {};
  #side;
  #random;
  #making = false;
  #settled = new Set();
  #sockets = new Set();
  #server = new SharedServer();
  #firstFailure = Infinity;

  /** @param side {target, stream, habits, things, account, asks, log, problem, stock}: who sends what, where, and how */
  constructor(side) {
    this.#side = side;
    this.#random = new Random(side.habits.seed);
  }

  get more() {
    return !this.stopped && this.sent < this.#side.stream.count && this.#side.target.connected;
  }

  /** All callbacks have been called. */
  get settled() {
    return this.nulls + this.failed === this.withCallback;
  }

  async run() {
    const { habits, log } = this.#side;
    while (this.more) {
      const accepted = await this.#burst(this.#random.between(1, habits.burst));
      log.add(`sent ${this.sent}, send() returned ${accepted}`, 'sent');
      if (!accepted && habits.honours && this.more) await this.#drained();
      if (this.#random.chance(habits.blocks)) block(this.#random.between(1, 150), log);
      if (habits.pace === 'immediate') await turn();
      if (habits.pace === 'timer') await wait(this.#random.between(0, 8));
    }
  }

  /** Sends the next one now, if that is possible. */
  step() {
    if (this.#making || !this.more) return;
    const content = this.#next();
    if (content.handles === undefined) this.#send(content);
  }

  /** Closes the sockets that the channel did not take. */
  dispose() {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** At the very end. */
  close() {
    this.dispose();
    this.#server.close();
  }

  #next() {
    return contentOf(this.#side.stream, this.sent);
  }

  async #burst(count) {
    let accepted = true;
    for (let i = 0; i < count && this.more && (accepted || !this.#side.habits.honours); i++) {
      const content = this.#next();
      if (content.handles === undefined) accepted = this.#send(content);
      else accepted = await this.#sendWith(content);
    }
    return accepted;
  }

  async #sendWith(content) {
    const { things, account, asks } = this.#side;
    const made = [];
    this.#making = true;
    for (const kind of content.handles.kinds)
      made.push(await (kind === 'server' ? this.#server.get() : things.make(kind, account, this.sent)));
    this.#making = false;
    for (const [i, kind] of content.handles.kinds.entries()) {
      if (kind === 'tcp' || kind === 'unix') this.#sockets.add(made[i]);
      if (kind === 'server' && asks) this.#server.ask(account, this.sent);
    }
    if (!this.more) {
      this.dispose(); // it ended meanwhile
      return false;
    }
    this.withHandles += 1;
    return this.#send(content, content.handles.array ? made : made[0]);
  }

  #send({ message, size }, handle) {
    const n = this.sent;
    this.sent += 1;
    this.bytes += size;
    const { target, habits } = this.#side;
    const plain = handle === undefined;
    const callback = this.#random.chance(habits.callbacks)
      ? (...args) => this.#settle(n, plain, args)
      : undefined;
    if (callback !== undefined) this.withCallback += 1;
    const accepted = plain ? target.send(message, callback) : target.send(message, handle, callback);
    this.onSent(this.sent);
    return accepted;
  }

  #settle(n, plain, args) {
    const { problem, log, stock } = this.#side;
    if (this.#settled.has(n)) problem(`the callback of message ${n} was called twice`);
    this.#settled.add(n);
    const [error] = args;
    if (isDeepStrictEqual(args, [null])) {
      this.nulls += 1;
      if (plain && !stock && n > this.#firstFailure)
        problem(`message ${n} went, but ${this.#firstFailure} before it did not`);
      return;
    }
    if (!(error instanceof Error)) problem(`the callback of message ${n} was given ${args}`);
    this.failed += 1;
    if (plain) this.#firstFailure = Math.min(this.#firstFailure, n);
    log.add(`a callback was given ${error.code}`, 'failed');
  }

  /** Waits until the backlog is empty or the channel is closed. */
  async #drained() {
    const { target, stock, log } = this.#side;
    this.refusals += 1;
    await new Promise((resolve) => {
      const done = () => {
        target.off('disconnect', done).off('drain', done);
        resolve();
      };
      target.once('disconnect', done);
      // Stock Node has no event for it: a turn of the loop has to do.
      if (stock) setImmediate(done);
      else target.once('drain', done);
    });
    log.add('drained');
  }
}

module.exports = { Sender };
