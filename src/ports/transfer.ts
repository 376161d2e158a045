// Ports as handles.
//
// A port that was never used is its socket. Of one that was, the bytes that are read and not decoded, and those that are not
// written, go along as the socket's buffered bytes: for each of its sockets a length in 4 bytes, and so many bytes.
import { HandleKind, closeReceived } from '../addon/native.js';
import type { OutgoingHandle, ReceivedHandle } from '../addon/native.js';
import type { Moved, Packed } from '../handles/packed.js';
import { PART } from '../handles/parts.js';
import {
  ArrayPrototypePush,
  BufferConcat,
  BufferFrom,
  DataView,
  Uint8Array,
} from '../platform/primordials.js';
import { End } from './end.js';

const LENGTH = 4;

interface Hooks {
  /** The port stays here. */
  restore(): void;
  /** It does not. */
  readonly onGone: (() => void) | undefined;
}

export function packEnds(ends: readonly End[], hooks: Hooks): Packed {
  const parts = ends.map(({ fd }): OutgoingHandle => ({ kind: HandleKind.port, fd, note: PART }));
  const last = parts.pop() as OutgoingHandle;
  const moved: Moved = {
    release() {
      for (const end of ends) end.close();
      hooks.onGone?.();
    },
    restore: () => hooks.restore(),
  };
  return {
    outgoing: { ...last, note: '' },
    before: parts,
    buffered: encodeStates(ends),
    take: () => moved,
    abandon: () => hooks.restore(),
  };
}

function encodeStates(ends: readonly End[]): Buffer | undefined {
  if (ends.every(({ state }) => state === undefined)) return undefined;
  const parts: Uint8Array[] = [];
  for (const { state = new Uint8Array() } of ends) {
    const length = new Uint8Array(LENGTH);
    new DataView(length.buffer).setUint32(0, state.byteLength, true);
    ArrayPrototypePush(parts, length, state);
  }
  return BufferConcat(parts);
}

/** The ends of a received port. @throws if it is not one; its handles are closed then */
export function receiveEnds(handle: ReceivedHandle, buffered: string | undefined): End[] {
  const handles = [...(handle.before ?? []), handle];
  try {
    if (handles.length > MOST) throw new Error(`a port of ${handles.length} sockets`);
    const states = decodeStates(buffered ?? '', handles.length);
    return handles.map(({ fd }, index) => new End({ fd, state: states[index] }));
  } catch (error) {
    closeReceived(handle);
    throw error;
  }
}

/** Sockets of one port. Each time that a port is sent on before it was read to its end, it may get two more. */
const MOST = 64;

function decodeStates(text: string, count: number): (Uint8Array | undefined)[] {
  const states: (Uint8Array | undefined)[] = [];
  if (text === '') return states;
  const bytes = BufferFrom(text, 'latin1');
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + LENGTH > bytes.length) throw cutShort();
    const length = bytes.readUInt32LE(at);
    at += LENGTH;
    if (at + length > bytes.length) throw cutShort();
    ArrayPrototypePush(states, length === 0 ? undefined : bytes.subarray(at, at + length));
    at += length;
  }
  return states;
}

const cutShort = (): Error => new Error('the state of a port is cut short');
