// Keeps track of a server's connections in other processes: accounting.ts does, from the first one on.
import { account } from './accounting.js';
import type { AccountedServer, Accounting, Correspondent, InternalMessage } from './accounting.js';
import type Net = require('node:net');

export type { AccountedServer, Correspondent };

/** The accounting of one channel. Most channels never need any. */
export class SocketLists implements Accounting {
  readonly #channel: Correspondent;
  #accounting: Accounting | undefined;

  constructor(channel: Correspondent) {
    this.#channel = channel;
  }

  track(server: AccountedServer, key: string): void {
    this.#begin().track(server, key);
  }

  count(socket: Net.Socket, key: string): void {
    this.#begin().count(socket, key);
  }

  onInternalMessage(message: InternalMessage): void {
    if (typeof message.key === 'string') this.#begin().onInternalMessage(message);
  }

  onDrain(): void {
    this.#accounting?.onDrain();
  }

  onDisconnect(): void {
    this.#accounting?.onDisconnect();
  }

  #begin(): Accounting {
    return (this.#accounting ??= account(this.#channel));
  }
}
