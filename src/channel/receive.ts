// Messages outside of plain runs: internal ones, structured clones, large ones, those with handles, and those that cannot be read.
import { checkInternal } from './internal-message.js';
import { receiveHandles } from './receive-handles.js';
import type { Receiver } from './receive-handles.js';
import type { ReceivedHandle } from '../addon/native.js';
import type { Payload } from '../addon/payload.js';
import { UNREADABLE, decode } from '../serialization/serializer.js';

export type { Receiver };

export function receive(
  endpoint: Receiver,
  format: number,
  payload: Payload,
  internal: boolean,
  handles: ReceivedHandle[] | undefined,
  position: number,
): void {
  if (format === UNREADABLE) {
    endpoint.onMalformed(payload, position);
    return;
  }
  if (handles !== undefined) {
    receiveHandles(endpoint, format, payload, internal, handles, position);
    return;
  }
  let message: unknown;
  try {
    message = decode(format, payload);
    checkInternal(message, internal);
  } catch (cause) {
    endpoint.onMalformed(cause, position);
    return;
  }
  if (internal) endpoint.target.emit('internalMessage', message, undefined);
  else endpoint.inbox.deliver(message, undefined);
}
