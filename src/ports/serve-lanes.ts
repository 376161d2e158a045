// serve() of a port: one handler for all its channels.
import type { Endpoint } from '../channel/endpoint.js';
import { ArrayPrototypePush } from '../platform/primordials.js';
import type { Serving } from '../request-types.js';
import { serve } from '../requests/index.js';
import { makeServing } from '../requests/make-serving.js';

export class LanesServer {
  #handler: unknown;
  #stops: Serving[] = [];

  /** @param onStop called once when it is stopped. @throws what serve() throws, with nothing served */
  serve(endpoints: readonly Endpoint[], handler: unknown, onStop: () => void): Serving {
    for (let i = 0; i < endpoints.length; i++)
      ArrayPrototypePush(this.#stops, serve(endpoints[i] as Endpoint, handler));
    this.#handler = handler;
    return makeServing(() => {
      if (this.#handler !== handler) return;
      this.#handler = undefined;
      const stops = this.#stops;
      this.#stops = [];
      for (let i = 0; i < stops.length; i++) stops[i]?.();
      onStop();
    });
  }

  /** The port got one more channel. */
  add(endpoint: Endpoint): void {
    if (this.#handler !== undefined) ArrayPrototypePush(this.#stops, serve(endpoint, this.#handler));
  }
}
