// A request that a handler works on.
import { End } from '../addon/requests.js';
import { invalidArgument } from '../errors.js';
import { ArrayIsArray } from '../platform/primordials.js';
import type { Handler, Reply, RequestContext } from '../request-types.js';
import { describe } from './failure.js';
import { discard } from './discard.js';
import type { Carried, ResponseWire } from './request-wire.js';

/** A value with handles. */
class ReplyWith<T> implements Reply<T> {
  constructor(
    readonly value: T,
    readonly handles: readonly unknown[],
  ) {}
}

/** @throws ERR_INVALID_ARG_TYPE */
function reply<T>(value: T, handles: readonly unknown[]): Reply<T> {
  if (!ArrayIsArray(handles)) throw invalidArgument('handles', 'an instance of Array', handles);
  return new ReplyWith(value, handles);
}

class Context implements RequestContext {
  readonly handles: RequestContext['handles'];
  readonly reply = reply;
  readonly #served: Served;

  constructor(served: Served, handles: readonly unknown[]) {
    this.#served = served;
    this.handles = handles as RequestContext['handles'];
  }

  /** Made when it is first asked for: most handlers never do. */
  get signal(): AbortSignal {
    return this.#served.signal;
  }
}

export interface ServedOwner {
  /** There is a result. {@link Served.send} sends it. */
  onResult(served: Served): void;
}

export class Served {
  readonly id: number;
  readonly #wire: ResponseWire;
  readonly #owner: ServedOwner;
  readonly #things: readonly unknown[];
  #controller: AbortController | undefined;
  #aborted = false;
  #reason: unknown;
  #failed = false;
  #result: unknown;

  constructor(id: number, things: readonly unknown[] | undefined, wire: ResponseWire, owner: ServedOwner) {
    this.id = id;
    this.#things = things ?? [];
    this.#wire = wire;
    this.#owner = owner;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Nothing waits for the result any more. Without a reason it is an AbortError. */
  abort(reason: unknown): void {
    this.#aborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }

  run(handler: Handler, message: unknown): void {
    let result: unknown;
    try {
      result = handler(message, new Context(this, this.#things));
      if (isThenable(result)) {
        void this.#await(result);
        return;
      }
    } catch (error) {
      this.#end(error, true);
      return;
    }
    this.#end(result, false);
  }

  async #await(promise: PromiseLike<unknown>): Promise<void> {
    let result: unknown;
    try {
      result = await promise;
    } catch (error) {
      this.#end(error, true);
      return;
    }
    this.#end(result, false);
  }

  #end(result: unknown, failed: boolean): void {
    if (this.#aborted) {
      if (result instanceof ReplyWith) discard(result.handles);
      return;
    }
    this.#result = result;
    this.#failed = failed;
    this.#owner.onResult(this);
  }

  /** Sends the result. What cannot be sent is a failure in its turn. */
  send(): void {
    const result = this.#result;
    if (!this.#failed) {
      try {
        this.#respond(result);
        return;
      } catch (error) {
        this.#result = error;
      }
    }
    try {
      this.#wire.fail(
        this.id,
        describe(this.#result, (value) => this.#wire.carried(value)),
      );
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** The description of the failure cannot be sent, because it is too large, for example. */
  #giveUp(error: unknown): void {
    try {
      this.#wire.fail(this.id, { name: 'Error', message: String((error as Error).message) });
    } catch {
      this.#wire.end(this.id, End.unreadable);
    }
  }

  #respond(result: unknown): void {
    if (!(result instanceof ReplyWith)) {
      this.#wire.respond(this.id, result, undefined);
      return;
    }
    const { value, handles } = result;
    // The requester could not take them, and nobody here looks after them.
    const onHandles = (error: Error | null): void => {
      if (error !== null) discard(handles);
    };
    const carried: Carried | undefined = handles.length === 0 ? undefined : { handles, onHandles };
    let awaited = false;
    try {
      awaited = this.#wire.respond(this.id, value, carried);
    } finally {
      // Nobody waits for the answer, or it cannot be sent. The handler has given them away.
      if (!awaited) discard(handles);
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
