import { waitingFor } from './waits.mjs';

/** Counts the outcomes of its sends: each must be settled exactly once. */
export class SendLedger {
  sends = 0;
  nulls = 0;
  errors = [];
  #settled = () => {};

  send(child, message, handle) {
    const number = this.sends++;
    let called = false;
    return child.send(message, handle, undefined, (...args) => {
      if (called) throw new Error(`the callback of send ${number} was called twice`);
      called = true;
      this.#note(args);
    });
  }

  #note([error, ...rest]) {
    if (rest.length > 0) throw new Error('a callback was given more than one argument');
    if (error === null) this.nulls++;
    else this.errors.push(error);
    if (this.nulls + this.errors.length >= this.sends) this.#settled();
  }

  async whenAllSettled() {
    if (this.nulls + this.errors.length < this.sends) {
      const all = new Promise((resolve) => (this.#settled = resolve));
      await waitingFor(`the callbacks of ${this.sends} sends`, all);
    }
  }
}
