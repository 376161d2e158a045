// Messages with handles.
import { openAttached, sortHandles } from '../handles/attached.js';
import type { Sorted } from '../handles/attached.js';
import { openEnvelope, place } from '../handles/envelope.js';
import type { Envelope } from '../handles/envelope.js';
import { openNodeEnvelope } from '../handles/node-envelope.js';
import { Arrivals, adoptOne, isReadyAtOnce } from '../handles/incoming.js';
import { joinParts } from '../handles/parts.js';
import { putInside } from '../handles/paths.js';
import type { AdoptOptions } from '../handles/incoming.js';
import { emitMessage } from './emit-message.js';
import type { Inbox } from './inbox.js';
import { checkInternal, isInternal } from './internal-message.js';
import { closeReceived } from '../addon/native.js';
import type { ReceivedHandle } from '../addon/native.js';
import type { Payload } from '../addon/payload.js';
import type { EventEmitter } from 'node:events';
import type { Monitor } from '../observe/monitor.js';
import { decode } from '../serialization/serializer.js';

/** What receiving needs from one end of a channel. */
export interface Receiver extends AdoptOptions {
  readonly target: EventEmitter;
  readonly inbox: Inbox;
  readonly monitor: Monitor;
  /** Whether the other end speaks Node's own wire. */
  readonly nodeWire: boolean;
  /** A message that cannot be read. */
  onMalformed(cause: unknown, position: number): void;
}

export function receiveHandles(
  endpoint: Receiver,
  format: number,
  payload: Payload,
  internal: boolean,
  parts: ReceivedHandle[],
  position: number,
): void {
  const { beside, attached } = sortParts(joinParts(parts), endpoint.nodeWire);
  let handles = beside;
  let message: unknown;
  let envelope: Envelope | undefined;
  try {
    message = decode(format, payload, openMemories(endpoint, attached));
    checkInternal(message, internal);
    const [first] = handles ?? [];
    if (endpoint.nodeWire && first !== undefined) {
      const opened = openNodeEnvelope(message, first);
      message = opened.msg;
      internal = isInternal(message);
      handles = [opened.handle];
    } else if (handles !== undefined) {
      envelope = openEnvelope(message, handles.length);
    }
  } catch (cause) {
    for (let i = 0; i < (handles?.length ?? 0); i++) closeReceived(handles?.[i] as ReceivedHandle);
    endpoint.onMalformed(cause, position);
    return;
  }
  if (handles !== undefined) receiveWith(endpoint, message, internal, envelope, handles);
  else if (internal) endpoint.target.emit('internalMessage', message, undefined);
  else endpoint.inbox.deliver(message, undefined);
}

/** Node's wire has no memories. */
function sortParts(handles: ReceivedHandle[] | undefined, nodeWire: boolean): Sorted {
  return handles === undefined || nodeWire ? { beside: handles, attached: [] } : sortHandles(handles);
}

/** The buffers of the memories that a message has views of. @throws if one cannot be mapped; all are closed then */
export function openMemories(
  endpoint: Receiver,
  attached: readonly ReceivedHandle[],
): SharedArrayBuffer[] | undefined {
  if (attached.length === 0) return undefined;
  endpoint.monitor.handles('received', attached.length);
  return openAttached(attached, (handle) => endpoint.adoptOther(handle, undefined) as object);
}

function receiveWith(
  endpoint: Receiver,
  message: unknown,
  internal: boolean,
  envelope: Envelope | undefined,
  handles: ReceivedHandle[],
): void {
  const { inbox, monitor, target } = endpoint;
  monitor.handles('received', handles.length);
  const body = envelope === undefined ? message : envelope.msg;
  const [first] = handles as [ReceivedHandle];
  if (
    envelope === undefined &&
    handles.length === 1 &&
    isReadyAtOnce(first) &&
    !isInternal(body) &&
    inbox.emits
  ) {
    const thing = adoptOne(first, endpoint);
    // Whoever was told of a fault may have removed the listener.
    if (!emitMessage(target, body, thing)) inbox.deliver(body, thing);
    return;
  }
  const deliver =
    internal || isInternal(body)
      ? (handle: unknown, handOver: () => void) => {
          handOver();
          target.emit('internalMessage', body, handle);
        }
      : inbox.reserve(); // while a server starts to listen
  const arrivals = new Arrivals(endpoint, (things, handOver) => {
    const inside = envelope === undefined ? body : putInside(body, envelope.in, things);
    if (envelope !== undefined) deliver(place(things, envelope), handOver, inside);
    else deliver(things.length === 1 ? things[0] : things, handOver, inside);
  });
  arrivals.begin(handles, envelope?.early);
}
