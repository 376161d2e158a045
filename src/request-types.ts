// What requests are made of, and the protocols that programs describe with an interface.
import type { Serializable, SingleHandle } from './types.js';

/** A protocol of which nothing is known: every message is a request, and answers are `unknown`. */
// eslint-disable-next-line typescript/no-explicit-any
export type Untyped = any;

/** The messages that a protocol's requests may be: the parameters of all its methods. Without a protocol, any. */
export type RequestOf<P> = 0 extends P & 1
  ? Untyped
  : { [K in keyof P]: P[K] extends (message: infer Message) => unknown ? Message : never }[keyof P];

/** What answers a message: the result of the method that takes it. */
export type AnswerOf<P, M> = {
  [K in keyof P]: P[K] extends (message: infer Message) => infer Result
    ? [M] extends [Message]
      ? Awaited<Result>
      : never
    : never;
}[keyof P];

/**
 * What `send()` and the like take: the type of the protocol's property `messages`, for what is not a request. Whatever can be
 * serialized, if the protocol does not say.
 */
export type SentMessage<P> = 0 extends P & 1
  ? Serializable
  : P extends Record<'messages', infer M extends Serializable>
    ? M
    : Serializable;

/** What arrives as a message: the same type, and otherwise `unknown`. */
export type ReceivedMessage<P> = 0 extends P & 1
  ? unknown
  : P extends Record<'messages', infer M>
    ? M
    : unknown;

/** The second argument of `request()`. */
export interface RequestOptions {
  /** Gives the request up when it is aborted. The promise rejects at once, and the signal of the handler is aborted. */
  signal?: AbortSignal | undefined;
  /** Milliseconds after which the request is given up: an integer from 0 to 2,147,483,647. By default it waits forever. */
  timeout?: number | undefined;
  /** Handles that travel with the request, on the native wire. */
  handles?: readonly SingleHandle[] | undefined;
  /**
   * Fulfills the promise with `[answer, handles]`. `handles` is an array, which is empty if nothing came with the answer.
   * Otherwise handles of the answer are closed.
   * @default false
   */
  withHandles?: boolean | undefined;
}

/** A value with handles, made by {@link RequestContext.reply}. */
export interface Reply<T = unknown> {
  /** The answer without its handles. */
  readonly value: T;
}

/** The second argument of a handler. */
export interface RequestContext {
  /** Aborted when the requester gives the request up or is gone. What the handler returns then is dropped. */
  readonly signal: AbortSignal;
  /** The handles that came with the request, with `undefined` in place of one that closed on the way. */
  readonly handles: readonly (SingleHandle | undefined)[];
  /** Return this to answer with handles: `return reply(value, [socket])`. */
  reply<T>(this: void, value: T, handles: readonly SingleHandle[]): Reply<T>;
}

/** What `serve()` is given. What it throws, the requester gets. */
export type Handler<P = Untyped> = (
  message: RequestOf<P>,
  context: RequestContext,
) => HandlerResult<AnswerOf<P, never>> | PromiseLike<HandlerResult<AnswerOf<P, never>>>;

/** What a handler answers: the value, or what {@link RequestContext.reply} made of it. */
export type HandlerResult<T> = T | Reply<T>;

/** What `serve()` returns. */
export interface Serving extends Disposable {
  /** Stops serving. */
  (): void;
}
