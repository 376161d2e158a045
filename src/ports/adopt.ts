// What the core calls.
import { HandleKind, closeReceived } from '../addon/native.js';
import type { ReceivedHandle } from '../addon/native.js';
import type { Endpoint } from '../channel/endpoint.js';
import type { MessagePort } from './message-port.js';
import { registryOf } from './registry.js';

/** `channel.port()`. */
export function openPort(end: Endpoint, name: unknown): MessagePort {
  return registryOf(end).port(name);
}

/** Makes a thing of a handle that is neither a socket nor a server. @throws if nothing can be made of it */
export function adoptHandle(end: Endpoint, handle: ReceivedHandle, buffered: string | undefined): unknown {
  if (handle.kind === HandleKind.port) return registryOf(end).adopt(handle, buffered);
  closeReceived(handle);
  throw new Error(`the kind ${handle.kind} is unknown here`);
}
