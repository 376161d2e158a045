// Keeps track of a server's connections in other processes. The process that accepted them asks those to which it sent
// them, so that server.getConnections() and server.close() see all of them. The messages are Node's own.
import { EventEmitter } from 'node:events';
import { Answers } from './answers.js';
import type { Answering } from './answers.js';
import { childGone } from '../errors.js';
import type Net = require('node:net');
import { ArrayPrototypePush, SafeMap } from '../platform/primordials.js';

/** Members of a server that this needs and Node's types leave out. */
export interface AccountedServer extends Net.Server {
  /** The server's name in messages. */
  readonly _connectionKey: string;
  _connections: number;
  _usingWorkers: boolean;
  readonly _workers: readonly unknown[];
  _setupWorker(list: EventEmitter): void;
}

/** What the accounting needs from the channel. */
export interface Correspondent extends Answering {
  readonly target: EventEmitter;
}

export interface InternalMessage {
  cmd?: unknown;
  key?: unknown;
  count?: unknown;
}

export interface Accounting {
  /** Records that a socket of this server was sent. */
  track(server: AccountedServer, key: string): void;
  /** Records that a socket of the server with this name was received. */
  count(socket: Net.Socket, key: string): void;
  /** Handles an internal message if it belongs to the accounting. */
  onInternalMessage(message: InternalMessage): void;
  /** The backlog is empty after it was full. */
  onDrain(): void;
  onDisconnect(): void;
}

type Reply = (error: Error | null, count?: number) => void;

/** Requests, and their answers. */
const Command = {
  close: 'NODE_SOCKET_NOTIFY_CLOSE',
  closed: 'NODE_SOCKET_ALL_CLOSED',
  ask: 'NODE_SOCKET_GET_COUNT',
  count: 'NODE_SOCKET_COUNT',
} as const;

/** Sockets of one server that were sent to the other process. server.close() and getConnections() ask this. */
class SentSockets extends EventEmitter {
  readonly #channel: Correspondent;
  readonly #waiting = new SafeMap<string, Reply[]>();

  constructor(
    channel: Correspondent,
    server: AccountedServer,
    readonly key: string,
  ) {
    super();
    this.#channel = channel;
    channel.target.once('exit', () => {
      this.emit('exit', this); // the server drops this list
      // close() would wait for answers that never come.
      if (server._workers.length === 0) server._usingWorkers = false;
    });
  }

  close(callback: Reply): void {
    this.#request(Command.close, Command.closed, callback);
  }

  getConnections(callback: Reply): void {
    this.#request(Command.ask, Command.count, callback);
  }

  #request(cmd: string, answer: string, callback: Reply): void {
    if (!this.#channel.connected) {
      callback(childGone());
      return;
    }
    const waiting = this.#waiting.get(answer);
    if (waiting === undefined) this.#waiting.set(answer, [callback]);
    else ArrayPrototypePush(waiting, callback);
    this.#channel.sendInternal({ cmd, key: this.key });
  }

  answer(cmd: string, count: number | undefined): void {
    const waiting = this.#waiting.get(cmd) ?? [];
    this.#waiting.delete(cmd);
    for (let i = 0; i < waiting.length; i++) waiting[i]?.(null, count);
  }

  /** The channel is gone, so nothing will be answered. */
  abandon(): void {
    const waiting: Reply[] = [];
    this.#waiting.forEach((replies) => {
      for (let i = 0; i < replies.length; i++) ArrayPrototypePush(waiting, replies[i] as Reply);
    });
    this.#waiting.clear();
    for (let i = 0; i < waiting.length; i++) waiting[i]?.(childGone());
  }
}

/** Sockets of one server that were received from the other process. */
interface ReceivedSockets {
  open: number;
  /** Whether the other process waits for the last of them to close. */
  closing: boolean;
}

/** Both sides of the accounting, for one channel. */
class Account implements Accounting {
  readonly #channel: Correspondent;
  readonly #sent = new SafeMap<string, SentSockets>();
  readonly #answers: Answers;
  /** The servers of which a socket is open here. */
  readonly #received = new SafeMap<string, ReceivedSockets>();

  constructor(channel: Correspondent) {
    this.#channel = channel;
    this.#answers = new Answers(channel);
  }

  /** Records that a socket of this server was sent. */
  track(server: AccountedServer, key: string): void {
    if (this.#sent.has(key)) return;
    const list = new SentSockets(this.#channel, server, key);
    this.#sent.set(key, list);
    server._setupWorker(list);
  }

  /** Records that a socket of the server with this name was received. */
  count(socket: Net.Socket, key: string): void {
    let list = this.#received.get(key);
    if (list === undefined) this.#received.set(key, (list = { open: 0, closing: false }));
    const counted = list;
    counted.open += 1;
    socket.once('close', () => this.#closed(key, counted));
  }

  #closed(key: string, list: ReceivedSockets): void {
    list.open -= 1;
    if (list.open > 0) return;
    this.#received.delete(key);
    if (list.closing) this.#sayClosed(key);
  }

  onInternalMessage(message: InternalMessage): void {
    const { cmd, key, count } = message;
    if (typeof key !== 'string') return;
    if (cmd === Command.close) {
      const list = this.#received.get(key);
      if (list === undefined) this.#sayClosed(key);
      else list.closing = true;
    } else if (cmd === Command.ask) {
      this.#answers.give(`${cmd} ${key}`, () => ({ cmd: Command.count, key, count: this.#open(key) }));
    } else if (cmd === Command.closed || cmd === Command.count) {
      this.#sent.get(key)?.answer(cmd, typeof count === 'number' ? count : undefined);
    }
  }

  onDrain(): void {
    this.#answers.onDrain();
  }

  onDisconnect(): void {
    this.#sent.forEach((list) => list.abandon());
  }

  #sayClosed(key: string): void {
    this.#answers.give(`${Command.closed} ${key}`, () => ({ cmd: Command.closed, key }));
  }

  #open(key: string): number {
    return this.#received.get(key)?.open ?? 0;
  }
}

export function account(channel: Correspondent): Accounting {
  return new Account(channel);
}
