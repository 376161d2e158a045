// An emitter that knows of its listeners at once.
import { PortEvents } from './port-events.js';

export abstract class Listened extends PortEvents {
  /** A listener was added. */
  protected abstract listened(event: string | symbol): void;

  /** One may have been removed. */
  protected abstract unlistened(event: string | symbol): void;

  override on(event: string | symbol, listener: (...all: never[]) => void): this {
    super.on(event, listener as () => void);
    this.listened(event);
    return this;
  }

  override addListener(event: string | symbol, listener: (...all: never[]) => void): this {
    return this.on(event, listener);
  }

  override prependListener(event: string | symbol, listener: (...all: never[]) => void): this {
    super.prependListener(event, listener as () => void);
    this.listened(event);
    return this;
  }

  override off(event: string | symbol, listener: (...all: never[]) => void): this {
    super.off(event, listener as () => void);
    this.unlistened(event);
    return this;
  }

  override removeListener(event: string | symbol, listener: (...all: never[]) => void): this {
    return this.off(event, listener);
  }

  override removeAllListeners(event?: string | symbol): this {
    super.removeAllListeners(event);
    this.unlistened(event ?? 'message');
    return this;
  }
}
