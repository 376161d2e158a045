// A connection on its way to a worker.
import type { Settling } from '../channel/async-context.js';
import type { Connection } from './connection.js';

/** Who sends it. */
export interface Sender {
  /** The worker has answered, or never will. */
  settled(transit: Transit, error: Error | null): void;
}

export class Transit implements Settling {
  /** Whether Node's round robin knows that the worker has it, or was told so ahead. */
  acknowledged = false;

  constructor(
    readonly sender: Sender,
    readonly connection: Connection,
    readonly key: string,
    readonly seq: number,
  ) {}

  settle(error: Error | null): void {
    this.sender.settled(this, error);
  }
}
