// post(): send() as a promise.
import type { Endpoint } from '../channel/endpoint.js';
import { send } from '../channel/send.js';
import type { PostOptions } from '../control-types.js';
import { invalidHandle } from '../errors.js';
import { ArrayIsArray, Promise } from '../platform/primordials.js';
import { readOptions } from './options.js';
import { onAbort, readSignal, throwIfAborted } from './signal.js';

/** `channel.post()`. Async, so that what is thrown is a rejection. */
export async function post(end: Endpoint, message: unknown, given?: PostOptions): Promise<void> {
  const { handles, keepOpen, signal: wanted } = readOptions(given, ['handles', 'keepOpen', 'signal']);
  const signal = readSignal(wanted);
  throwIfAborted(signal);
  await new Promise<void>((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal?.reason));
    try {
      const options = keepOpen === undefined ? undefined : { __proto__: null, keepOpen };
      send(end, message, handleOf(end, handles), options, (error: Error | null) => {
        forget();
        if (error === null) resolve();
        else reject(error);
      });
    } catch (error) {
      forget();
      throw error;
    }
  });
}

/** An empty array carries no handle. Node's wire has no arrays, and takes the one handle of an array of one. */
function handleOf({ nodeWire }: Endpoint, handles: unknown): unknown {
  // send() would take it for its callback.
  if (typeof handles === 'function') throw invalidHandle();
  if (!ArrayIsArray(handles)) return handles;
  if (handles.length === 0) return undefined;
  return nodeWire && handles.length === 1 ? handles[0] : handles;
}
