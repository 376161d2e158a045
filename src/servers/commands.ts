// The messages about connections. They are internal ones, so a program sees none of them, and any channel carries them.
import { StringPrototypeStartsWith } from '../platform/primordials.js';

export const Command = {
  /** Asks whether the other process receives connections with this name. It answers once it does. */
  ask: 'NODE_FORKWIRE_RECEIVES_CONNECTIONS',
  receives: 'NODE_FORKWIRE_CONNECTIONS',
  receivesNoMore: 'NODE_FORKWIRE_NO_CONNECTIONS',
  /** Comes with the socket. `early` has the bytes that come before those of the socket, one character each. */
  connection: 'NODE_FORKWIRE_CONNECTION',
} as const;

export interface ConnectionMessage {
  readonly cmd: string;
  readonly name: string;
  readonly early?: string;
  /** Whether the client has got the answer to its upgrade. */
  readonly answered?: boolean;
}

const PREFIX = 'NODE_FORKWIRE_';

/** Whether the message concerns connections. */
export function isCommand(message: unknown): message is { readonly cmd: string } {
  const { cmd } = message as { readonly cmd?: unknown };
  return typeof cmd === 'string' && StringPrototypeStartsWith(cmd, PREFIX);
}

/** Undefined if such a message is malformed. */
export function readCommand(message: { readonly cmd: string }): ConnectionMessage | undefined {
  const { cmd, name, early, answered } = message as Partial<ConnectionMessage> & { readonly cmd: string };
  if (typeof name !== 'string') return undefined;
  return { cmd, name, early: typeof early === 'string' ? early : '', answered: answered === true };
}
