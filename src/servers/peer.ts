// The other process, as far as connections go: what it receives, and what it sends.
import type { EventEmitter } from 'node:events';
import type Net = require('node:net');
import { channelClosed, invalidArgument } from '../errors.js';
import {
  ArrayIsArray,
  BufferPrototypeToString,
  Promise,
  SafeMap,
  SafeSet,
  SafeWeakMap,
} from '../platform/primordials.js';
import { onAbort, throwIfAborted } from '../promises/signal.js';
import { Command, isCommand, readCommand } from './commands.js';
import type { ConnectionMessage } from './commands.js';
import type { Socket } from './insides.js';
import { notReceiving } from './errors.js';

type Callback = (error: Error | null) => void;

/** A ChildProcess, or `process` in a child. */
interface Channel extends EventEmitter {
  readonly connected: boolean;
  readonly channel?: { refCounted?(): void; unrefCounted?(): void } | null;
  send(message: object, handle?: unknown, options?: object, callback?: Callback): boolean;
}

/** Gets the connections with one name. */
type Receiver = (socket: Socket, early: string, answered: boolean) => void;

const peers = new SafeWeakMap<object, Peer>();

export class Peer {
  readonly #channel: Channel;
  /** Whether the other process receives connections, by their name. Undefined: it has not said. */
  readonly #receives = new SafeMap<string, boolean>();
  readonly #waiting = new SafeMap<string, Set<() => void>>();
  readonly #receivers = new SafeMap<string, { receiver: Receiver; open: boolean }>();

  /** @throws ERR_INVALID_ARG_TYPE */
  static of(thing: unknown, argument: string): Peer {
    const worker = (thing as { process?: unknown } | null | undefined)?.process;
    const channel = (worker ?? thing) as Channel | null | undefined;
    if (typeof channel?.send !== 'function' || typeof channel.on !== 'function') {
      throw invalidArgument(argument, 'a child process with a channel, or process in a child', thing);
    }
    let peer = peers.get(channel);
    if (peer === undefined) peers.set(channel, (peer = new Peer(channel)));
    return peer;
  }

  private constructor(channel: Channel) {
    this.#channel = channel;
    channel.on('internalMessage', (message: unknown, handle: unknown) => this.#onMessage(message, handle));
  }

  /** Whether connections with this name get to a server here. */
  isReceiving(name: string): boolean {
    return this.#receivers.get(name)?.open === true;
  }

  /** Connections with this name get to `receiver` from now on. The channel keeps the event loop running, as a server does. */
  receive(name: string, receiver: Receiver): void {
    this.#receivers.set(name, { receiver, open: true });
    this.#channel.channel?.refCounted?.();
    this.#say(Command.receives, name);
  }

  /** Connections that are on their way still get to the receiver. */
  receiveNoMore(name: string): void {
    const entry = this.#receivers.get(name);
    if (entry?.open !== true) return;
    entry.open = false;
    this.#channel.channel?.unrefCounted?.();
    this.#say(Command.receivesNoMore, name);
  }

  /**
   * Waits until the other process receives connections with this name.
   * @throws ERR_IPC_CHANNEL_CLOSED, ERR_FORKWIRE_NOT_RECEIVING, the reason of the signal
   */
  async whenReceiving(name: string, signal: AbortSignal | undefined): Promise<void> {
    while (this.#receives.get(name) !== true) {
      throwIfAborted(signal);
      if (!this.#channel.connected) throw channelClosed();
      if (this.#receives.get(name) === false) throw notReceiving(name);
      await this.#change(name, signal);
    }
    throwIfAborted(signal);
    if (!this.#channel.connected) throw channelClosed();
  }

  /** Waits until it says something about this name, or can say nothing more. */
  #change(name: string, signal: AbortSignal | undefined): Promise<void> {
    let waiting = this.#waiting.get(name);
    if (waiting === undefined) {
      if (this.#waiting.size === 0) this.#channel.on('disconnect', this.#onDisconnect);
      this.#waiting.set(name, (waiting = new SafeSet()));
      this.#say(Command.ask, name);
    }
    const all = waiting;
    return new Promise((resolve) => {
      const done = (): void => {
        all.delete(done);
        forget();
        // The last one has been given up: nobody waits for this name any more.
        if (all.size === 0 && this.#waiting.get(name) === all) this.#wake(name);
        resolve();
      };
      const forget = onAbort(signal, done);
      all.add(done);
    });
  }

  readonly #onDisconnect = (): void => this.#waiting.forEach((_, name) => this.#wake(name));

  #wake(name: string): void {
    const waiting = this.#waiting.get(name);
    this.#waiting.delete(name);
    // In a child, such a listener keeps the event loop running.
    if (this.#waiting.size === 0) this.#channel.off('disconnect', this.#onDisconnect);
    waiting?.forEach((done) => done());
  }

  /** Resolves when the other process has the connection. */
  give(name: string, socket: Socket, bytes: Buffer, answered: boolean): Promise<void> {
    const early = BufferPrototypeToString(bytes, 'latin1');
    const message = { cmd: Command.connection, name, early, answered: answered || undefined };
    return new Promise((resolve, reject) => {
      this.#channel.send(message, socket, {}, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  #onMessage(message: unknown, handle: unknown): void {
    if (!isCommand(message)) return;
    const command = readCommand(message);
    const isConnection = command?.cmd === Command.connection;
    const entry = isConnection ? this.#receivers.get(command.name) : undefined;
    const socket = entry === undefined ? undefined : socketIn(handle);
    // A peer may send any handle with any message: nobody else here has a use for it.
    if (socket === undefined) discard(handle);
    else entry?.receiver(socket, command?.early ?? '', command?.answered ?? false);
    if (command !== undefined && !isConnection) this.#onWord(command);
  }

  /** What the other process says about a name, or asks. */
  #onWord({ cmd, name }: ConnectionMessage): void {
    if (cmd === Command.ask) {
      if (this.isReceiving(name)) this.#say(Command.receives, name);
    } else if (cmd === Command.receives || cmd === Command.receivesNoMore) {
      this.#receives.set(name, cmd === Command.receives);
      this.#wake(name);
    }
  }

  /** Nobody waits for such a message: a channel that has closed says so otherwise. */
  #say(cmd: string, name: string): void {
    if (this.#channel.connected) this.#channel.send({ cmd, name }, undefined, {}, () => {});
  }
}

/** Undefined if it closed on its way, or is something else. */
function socketIn(handle: unknown): Socket | undefined {
  const { Socket } = require('node:net') as typeof Net;
  return handle instanceof Socket ? (handle as unknown as Socket) : undefined;
}

/** Closes a handle, or several. */
function discard(handle: unknown): void {
  if (ArrayIsArray(handle)) {
    for (let i = 0; i < handle.length; i++) discard(handle[i]);
    return;
  }
  const { destroy, close } = (handle ?? {}) as { readonly destroy?: unknown; readonly close?: unknown };
  const end = destroy ?? close;
  if (typeof end === 'function') end.call(handle);
}
