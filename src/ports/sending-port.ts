// What a port does with its channel.
import type { Endpoint } from '../channel/endpoint.js';
import { checkReceivers } from '../channel/receivers.js';
import { send } from '../channel/send.js';
import type { MessageIterator, MessagesOptions, NextOptions, PostOptions } from '../receive-types.js';
import * as taking from '../promises/messages.js';
import { next } from '../promises/next.js';
import { post } from '../promises/post.js';
import { sendMany } from '../channel/send-many.js';
import { channelClosed } from '../errors.js';
import { statsOf } from '../observe/monitor.js';
import type { ChannelStats } from '../observe/stats.js';
import { nextTick } from '../platform/primordials.js';
import type { RequestOptions, Serving } from '../request-types.js';
import { request } from '../requests/index.js';
import type { SendCallback } from '../types.js';
import { asDataCloneError } from './errors.js';
import type { Lanes } from './lanes.js';
import { Listened } from './listened.js';
import { Source } from './source.js';
import { postMessage } from './post-message.js';
import { readTransferList } from './transfer-list.js';

/** Those that are not called by the rest of this folder. */
const METHODS = ['postMessage', 'send', 'sendMany', 'post', 'request', 'serve', 'messages', 'next', 'stats'];

export abstract class SendingPort extends Listened {
  /** Undefined once the port is closed, or was sent. */
  abstract lanes(): Lanes | undefined;

  /** The channel. Undefined once the port is closed, or was sent. */
  endpoint(): Endpoint | undefined {
    return this.lanes()?.endpoint;
  }

  abstract hold(count: 1 | -1): void;

  abstract pull(): void;

  // Private, so that console.log() does not show them.
  #serves = false;
  readonly #source = new Source(this);

  protected get serves(): boolean {
    return this.#serves;
  }

  static isPort(thing: object): boolean {
    return #source in thing;
  }

  static {
    checkReceivers(this.prototype, 'MessagePort', this.isPort, METHODS);
  }

  /** What loops and calls take messages from. */
  protected get source(): Source {
    return this.#source;
  }

  postMessage(value: unknown, transfer?: unknown): void {
    const { handles, buffers } = readTransferList(transfer, this);
    const endpoint = this.endpoint();
    if (endpoint === undefined || !endpoint.connected) return;
    try {
      postMessage(endpoint, value, handles, undefined, buffers);
    } catch (error) {
      throw asDataCloneError(error, value, handles);
    }
  }

  send(message: unknown, handle?: unknown, options?: unknown, callback?: unknown): boolean {
    const endpoint = this.endpoint();
    if (endpoint !== undefined) return send(endpoint, message, handle, options, callback);
    return refuse([handle, options, callback]);
  }

  sendMany(messages: unknown, callback?: unknown): boolean {
    const endpoint = this.endpoint();
    if (endpoint !== undefined) return sendMany(endpoint, messages, callback);
    return refuse([callback]);
  }

  async post(message: unknown, options?: PostOptions): Promise<void> {
    const endpoint = this.endpoint();
    if (endpoint === undefined) throw channelClosed();
    await post(endpoint, message, options);
  }

  async request(message: unknown, options?: RequestOptions): Promise<unknown> {
    const endpoint = this.endpoint();
    if (endpoint === undefined) throw channelClosed();
    return request(endpoint, message, options);
  }

  serve(handler: unknown): Serving {
    const lanes = this.lanes();
    if (lanes === undefined || !lanes.main.connected) throw channelClosed();
    const serving = lanes.server.serve(lanes.endpoints, handler, () => {
      this.#serves = false;
      this.hold(-1);
    });
    this.#serves = true;
    this.hold(1);
    return serving;
  }

  messages(options?: MessagesOptions): MessageIterator<unknown> {
    return taking.messages(this.#source.asEndpoint(), options);
  }

  next(options?: NextOptions): Promise<unknown> {
    return next(this.#source.asEndpoint(), options);
  }

  [Symbol.asyncIterator](): MessageIterator<unknown> {
    return this.messages();
  }

  stats(): ChannelStats | undefined {
    const endpoint = this.endpoint();
    return endpoint && statsOf(endpoint);
  }
}

function refuse(all: readonly unknown[]): false {
  const callback = all.find((one) => typeof one === 'function') as SendCallback | undefined;
  if (callback !== undefined) nextTick(callback, channelClosed());
  return false;
}
