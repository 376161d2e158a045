// A request that awaits its answer.
import { invalidArgument, outOfRange } from '../errors.js';
import { ArrayIsArray, NumberIsInteger, clearTimeout, setTimeout } from '../platform/primordials.js';
import { readOptions as readObject } from '../promises/options.js';
import { onAbort, readSignal } from '../promises/signal.js';
import type { RequestOptions } from '../request-types.js';

/** The options of `request()`. */
const NAMES = ['signal', 'timeout', 'handles', 'withHandles'];

/** The longest timer of Node, in milliseconds. */
const LONGEST = 2_147_483_647;

export class Pending {
  id = 0;
  /** The number of its message. */
  sequence = 0;
  withHandles = false;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  #forget: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(resolve: (value: unknown) => void, reject: (reason: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Calls `giveUp` when the signal is aborted or the time is over. */
  watch(
    signal: AbortSignal | undefined,
    timeout: number | undefined,
    giveUp: (reason: unknown) => void,
  ): void {
    if (signal !== undefined) this.#forget = onAbort(signal, () => giveUp(signal.reason));
    if (timeout !== undefined) this.#timer = setTimeout(() => giveUp(timeoutError()), timeout);
  }

  resolve(value: unknown): void {
    this.#end();
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    this.#end();
    this.#reject(reason);
  }

  #end(): void {
    this.#forget?.();
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }
}

/** As `AbortSignal.timeout()` gives it. */
function timeoutError(): DOMException {
  return new DOMException('The operation was aborted due to timeout', 'TimeoutError');
}

interface Read {
  readonly signal: AbortSignal | undefined;
  readonly timeout: number | undefined;
  readonly handles: readonly unknown[] | undefined;
  readonly withHandles: boolean;
}

/** @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE */
export function readOptions(given: RequestOptions): Read {
  const { signal, timeout, handles, withHandles } = readObject(given, NAMES);
  if (handles !== undefined && !ArrayIsArray(handles))
    throw invalidArgument('options.handles', 'an instance of Array', handles);
  return {
    signal: readSignal(signal),
    timeout: readTimeout(timeout),
    handles: handles === undefined || handles.length === 0 ? undefined : handles,
    withHandles: Boolean(withHandles),
  };
}

function readTimeout(timeout: unknown): number | undefined {
  if (timeout === undefined) return undefined;
  if (typeof timeout !== 'number') throw invalidArgument('options.timeout', 'of type number', timeout);
  if (!NumberIsInteger(timeout) || timeout < 0 || timeout > LONGEST)
    throw outOfRange('options.timeout', `an integer >= 0 && <= ${LONGEST}`, timeout);
  return timeout;
}
