// The connection to one process that shows its channels. It asks for one snapshot after another.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { ProcessShown } from '../../observe/top/shown.js';

/** Characters of one snapshot, enough for some hundred thousand channels. */
const LONGEST = 1 << 26;

export class Connection {
  readonly pid: number;
  /** Whether the other end is there. */
  open = true;
  readonly #socket: Socket;
  #text = '';
  #waiting: ((snapshot: ProcessShown | undefined) => void)[] = [];
  #asked = false;

  constructor(path: string, pid: number) {
    this.pid = pid;
    this.#socket = connect(path);
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (text) => this.#take(String(text)));
    this.#socket.on('error', () => {}); // 'close' follows
    this.#socket.on('close', () => {
      this.open = false;
      this.#answer(undefined);
    });
  }

  /** Undefined if it is gone, or does not answer within `limit` milliseconds because it computes or is stopped. */
  ask(limit: number): Promise<ProcessShown | undefined> {
    if (!this.open) return Promise.resolve(undefined);
    if (!this.#asked) this.#socket.write('\n'); // one question at a time: a late answer counts for the next one
    this.#asked = true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((one) => one !== done);
        resolve(undefined);
      }, limit);
      const done = (snapshot: ProcessShown | undefined): void => {
        clearTimeout(timer);
        resolve(snapshot);
      };
      this.#waiting.push(done);
    });
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    const lines = this.#text.split('\n');
    this.#text = lines.pop() ?? '';
    if (this.#text.length > LONGEST) this.end();
    for (const line of lines) this.#answer(read(line, this.pid));
  }

  #answer(snapshot: ProcessShown | undefined): void {
    this.#asked = false;
    for (const done of this.#waiting.splice(0)) done(snapshot);
  }
}

/** Undefined if it is not a snapshot of forkwire. */
function read(line: string, pid: number): ProcessShown | undefined {
  try {
    const snapshot = JSON.parse(line) as ProcessShown;
    return snapshot.pid === pid && Array.isArray(snapshot.channels) ? snapshot : undefined;
  } catch {
    return undefined;
  }
}
