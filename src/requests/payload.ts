// Payloads of requests and responses that are not part of a run, with their handles.
import { closeReceived } from '../addon/native.js';
import type { ReceivedHandle } from '../addon/native.js';
import type { Endpoint } from '../channel/endpoint.js';
import { openMemories } from '../channel/receive-handles.js';
import { sortHandles } from '../handles/attached.js';
import type { Sorted } from '../handles/attached.js';
import { openEnvelope, place } from '../handles/envelope.js';
import type { Envelope } from '../handles/envelope.js';
import { Arrivals } from '../handles/incoming.js';
import { joinParts } from '../handles/parts.js';
import { putInside } from '../handles/paths.js';
import type { Payload } from '../addon/payload.js';
import { ArrayIsArray } from '../platform/primordials.js';
import { TEXT, UNREADABLE, decode } from '../serialization/serializer.js';

const NO_HANDLES: Sorted = { beside: undefined, attached: [] };

/**
 * Calls `ready` with the message, and with what was made of its handles if it has any: now, or when all of them are there.
 *
 * @throws if the message cannot be read; its handles are closed then
 */
export function open(
  end: Endpoint,
  format: number,
  payload: Payload,
  handles: ReceivedHandle[] | undefined,
  ready: (message: unknown, things: unknown[] | undefined) => void,
): void {
  const joined = joinParts(handles);
  const { beside, attached } = joined === undefined ? NO_HANDLES : sortHandles(joined);
  let message: unknown;
  let envelope: Envelope | undefined;
  try {
    message = read(format, payload, openMemories(end, attached));
    if (beside !== undefined) envelope = openEnvelope(message, beside.length);
  } catch (error) {
    closeAll(beside);
    throw error;
  }
  if (beside === undefined) ready(message, undefined);
  else adopt(end, { message, envelope, handles: beside }, ready);
}

interface Opened {
  readonly message: unknown;
  readonly envelope: Envelope | undefined;
  readonly handles: ReceivedHandle[];
}

function adopt(
  end: Endpoint,
  { message, envelope, handles }: Opened,
  ready: (message: unknown, things: unknown[]) => void,
): void {
  end.monitor.handles('received', handles.length);
  const arrivals = new Arrivals(end, (things, handOver) => {
    handOver();
    if (envelope === undefined) return ready(message, things);
    const placed = place(things, envelope);
    ready(putInside(envelope.msg, envelope.in, things), ArrayIsArray(placed) ? placed : [placed]);
  });
  arrivals.begin(handles, envelope?.early);
}

function read(format: number, payload: Payload, memories: SharedArrayBuffer[] | undefined): unknown {
  if (format === UNREADABLE) throw new Error(payload as string);
  // A clone of no bytes is undefined, which JSON does not have.
  if (format !== TEXT && payload.length === 0) return undefined;
  return decode(format, payload, memories);
}

/** Closes what came with a message that cannot be read. */
export function closeAll(handles: readonly ReceivedHandle[] | undefined): void {
  for (let i = 0; i < (handles?.length ?? 0); i++) closeReceived(handles?.[i] as ReceivedHandle);
}
