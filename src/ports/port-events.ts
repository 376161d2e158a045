// Events of a port, for listeners of both kinds: those of Node's emitters get the message, those of EventTarget an event.
import { EventEmitter } from 'node:events';
import { invalidArgument } from '../errors.js';
import { ArrayIsArray, ReflectApply, SafeMap } from '../platform/primordials.js';
import { readSignal } from '../promises/signal.js';

type Listener = (...all: unknown[]) => void;
type Handler = ((event: PortEvent) => void) | { handleEvent(event: PortEvent): void };
type Type = 'message' | 'messageerror' | 'close';

/** What a listener of addEventListener() gets. */
export class PortEvent {
  readonly type: string;
  /** The message; the error of a `'messageerror'`. */
  readonly data: unknown;
  /** The handle that came with it, or an array of them. */
  readonly handle: unknown;
  /** The ports among them. */
  readonly ports: readonly unknown[];
  readonly target: unknown;
  readonly currentTarget: unknown;
  readonly origin = '';
  readonly lastEventId = '';
  readonly source = null;
  readonly bubbles = false;
  readonly cancelable = false;
  readonly defaultPrevented = false;

  constructor(type: string, target: PortEvents, data: unknown, handle: unknown) {
    const handles: readonly unknown[] = ArrayIsArray(handle) ? handle : [handle];
    this.type = type;
    this.data = data;
    this.handle = handle;
    this.ports = handles.filter((one) => one instanceof PortEvents);
    this.target = target;
    this.currentTarget = target;
  }

  preventDefault(): void {}
  stopPropagation(): void {}
}

export class PortEvents extends EventEmitter {
  /** What addEventListener() has added, by type and listener. */
  readonly #handlers = new SafeMap<string, Map<Handler, Listener>>();
  readonly #properties = new SafeMap<Type, { listener: unknown; wrapper: Listener }>();
  /** The event that dispatchEvent() is passing on. */
  #dispatched: unknown;

  addEventListener(type: string, listener: unknown, options?: unknown): void {
    const { once = false, signal } = readOptions(options);
    if (listener === null || listener === undefined) return;
    const handler = readHandler(listener);
    if (signal?.aborted === true) return;
    const known = this.#handlersOf(type);
    if (known.has(handler)) return;
    const wrapper: Listener = (data, handle) => {
      if (once) this.removeEventListener(type, handler);
      const event = this.#eventOf(type, data, handle);
      if (typeof handler === 'function') ReflectApply(handler, this, [event]);
      else handler.handleEvent(event);
    };
    known.set(handler, wrapper);
    this.on(type, wrapper);
    signal?.addEventListener('abort', () => this.removeEventListener(type, handler), { once: true });
  }

  removeEventListener(type: string, listener: unknown): void {
    const known = this.#handlersOf(type);
    const wrapper = known.get(listener as Handler);
    if (wrapper === undefined) return;
    known.delete(listener as Handler);
    this.off(type, wrapper);
  }

  /**
   * Passes an event with a `type` to the listeners. Returns whether its default was not prevented, which is true for a port.
   *
   * @throws ERR_INVALID_ARG_TYPE
   */
  dispatchEvent(event: { readonly type: string; readonly data?: unknown }): boolean {
    if (typeof event !== 'object' || event === null || typeof event.type !== 'string')
      throw invalidArgument('event', "an event with a 'type'", event);
    // Without a listener, an emitter would throw what an 'error' has.
    if (this.listenerCount(event.type) === 0) return !isPrevented(event);
    const outer = this.#dispatched;
    this.#dispatched = event;
    try {
      this.emit(event.type, event.data);
    } finally {
      this.#dispatched = outer;
    }
    return !isPrevented(event);
  }

  get onmessage(): unknown {
    return this.#properties.get('message')?.listener ?? null;
  }

  set onmessage(listener: unknown) {
    this.#setProperty('message', listener);
  }

  get onmessageerror(): unknown {
    return this.#properties.get('messageerror')?.listener ?? null;
  }

  set onmessageerror(listener: unknown) {
    this.#setProperty('messageerror', listener);
  }

  get onclose(): unknown {
    return this.#properties.get('close')?.listener ?? null;
  }

  set onclose(listener: unknown) {
    this.#setProperty('close', listener);
  }

  #setProperty(type: Type, listener: unknown): void {
    const former = this.#properties.get(type);
    if (former !== undefined) this.off(type, former.wrapper);
    this.#properties.delete(type);
    if (typeof listener !== 'function') return;
    const wrapper: Listener = (data, handle) => {
      ReflectApply(listener as Listener, this, [this.#eventOf(type, data, handle)]);
    };
    this.#properties.set(type, { listener, wrapper });
    this.on(type, wrapper);
  }

  #eventOf(type: string, data: unknown, handle: unknown): PortEvent {
    return (this.#dispatched as PortEvent | undefined) ?? new PortEvent(type, this, data, handle);
  }

  override removeAllListeners(type?: string | symbol): this {
    if (type === undefined) this.#handlers.clear();
    else if (typeof type === 'string') this.#handlers.delete(type);
    return super.removeAllListeners(type);
  }

  #handlersOf(type: string): Map<Handler, Listener> {
    let known = this.#handlers.get(type);
    if (known === undefined) this.#handlers.set(type, (known = new SafeMap<Handler, Listener>()));
    return known;
  }
}

function readHandler(listener: unknown): Handler {
  if (typeof listener === 'function' || typeof listener === 'object') return listener as Handler;
  throw invalidArgument('listener', 'of type function, or an instance of Object', listener);
}

/** @throws ERR_INVALID_ARG_TYPE */
function readOptions(options: unknown): { once?: boolean; signal?: AbortSignal | undefined } {
  if (typeof options !== 'object' || options === null) return {};
  const { once = false, signal } = options as { once?: boolean; signal?: unknown };
  return { once, signal: readSignal(signal) };
}

const isPrevented = (event: object): boolean =>
  (event as { defaultPrevented?: boolean }).defaultPrevented === true;
