// The envelope that a message with a handle has on Node's own wire (lib/internal/child_process.js).
import { HandleKind } from '../addon/native.js';
import type { OutgoingHandle, ReceivedHandle } from '../addon/native.js';
import { ObjectHasOwn, ObjectKeys } from '../platform/primordials.js';

const COMMAND = 'NODE_HANDLE';

const TYPES: Readonly<Record<string, number>> = {
  'net.Socket': HandleKind.netSocket,
  'net.Server': HandleKind.netServer,
  'net.Native': HandleKind.netNative,
  'dgram.Socket': HandleKind.dgramSocket,
  'dgram.Native': HandleKind.dgramNative,
  'net.BoundSocket': HandleKind.netBoundSocket,
};

interface NodeEnvelope {
  cmd: typeof COMMAND;
  type: string;
  msg: unknown;
  /** The connection key of the server that accepted a net.Socket. */
  key?: string;
  /** 'udp4' or 'udp6'. */
  dgramType?: string;
}

export function nodeEnvelope(msg: unknown, { kind, note }: OutgoingHandle): NodeEnvelope {
  const type = typeOf(kind);
  const envelope: NodeEnvelope = { cmd: COMMAND, type, msg };
  if (kind === HandleKind.netSocket && note !== '') envelope.key = note;
  if (kind === HandleKind.dgramSocket) envelope.dgramType = note;
  return envelope;
}

/**
 * Returns the message inside, and what its handle is.
 * @throws if it is not such an envelope, or has a type that Node does not have
 */
export function openNodeEnvelope(
  message: unknown,
  handle: ReceivedHandle,
): { msg: unknown; handle: ReceivedHandle } {
  const { cmd, type, msg, key, dgramType } = message as Partial<NodeEnvelope>;
  const kind = typeof type === 'string' && ObjectHasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (cmd !== COMMAND || kind === undefined)
    throw new Error(`its handle has the unknown type ${String(type)}`);
  // Node wraps an envelope once more when it sends it again, because its handle did not arrive.
  if (isEnvelope(msg)) return openNodeEnvelope(msg, handle);
  const note = kind === HandleKind.dgramSocket ? dgramType : key;
  return { msg, handle: { ...handle, kind, note: typeof note === 'string' ? note : '' } };
}

function isEnvelope(message: unknown): boolean {
  return (
    typeof message === 'object' && message !== null && (message as Partial<NodeEnvelope>).cmd === COMMAND
  );
}

function typeOf(kind: number): string {
  const types = ObjectKeys(TYPES);
  let i = 0;
  while (i < types.length && TYPES[types[i] as string] !== kind) i++;
  return types[i] ?? '';
}
