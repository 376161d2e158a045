// The latest actions of one side of a channel.

const KEPT = 60;

class Log {
  #lines = [];
  #start = performance.now();

  /** Of consecutive lines that count the same thing, the last one is kept. */
  add(line, counts = undefined) {
    const time = Math.round(performance.now() - this.#start);
    if (counts !== undefined && this.#lines.at(-1)?.counts === counts) this.#lines.pop();
    this.#lines.push({ time, line, counts });
    if (this.#lines.length > KEPT) this.#lines.shift();
  }

  get lines() {
    return this.#lines.map(({ time, line }) => `${String(time).padStart(6)} ms  ${line}`);
  }
}

module.exports = { Log };
