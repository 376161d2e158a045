// request() and serve() of a channel.
import { callsOf } from '../channel/calls-of.js';
import type { Calls } from '../channel/calls.js';
import type { Endpoint } from '../channel/endpoint.js';
import type { RequestOptions, Serving } from '../request-types.js';
import { EndpointCalls } from './endpoint-calls.js';

/** The requests of an end. Asked for once by each. */
export function calls(end: object): Calls {
  return new EndpointCalls(end as Endpoint);
}

export function request(end: object, message: unknown, options?: RequestOptions): Promise<unknown> {
  return (callsOf(end as Endpoint) as EndpointCalls).requester.request(message, options);
}

export function serve(end: object, handler: unknown): Serving {
  return (callsOf(end as Endpoint) as EndpointCalls).server.serve(handler);
}
