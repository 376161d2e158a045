import { StringPrototypeStartsWith } from '../platform/primordials.js';
const PREFIX = 'NODE_';

/** Node's internal messages: objects whose `cmd` begins with NODE_ and is longer. They are not a 'message'. */
export function isInternal(message: unknown): message is { cmd: string } {
  if (typeof message !== 'object' || message === null) return false;
  const { cmd } = message as { cmd?: unknown };
  return typeof cmd === 'string' && cmd.length > PREFIX.length && StringPrototypeStartsWith(cmd, PREFIX);
}

/** @throws {Error} if the sender says that a message is internal, and it is not */
export function checkInternal(message: unknown, internal: boolean): void {
  if (internal && !isInternal(message)) throw new Error('it is marked as internal, but is not');
}
