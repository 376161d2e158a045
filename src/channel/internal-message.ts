import { StringPrototypeStartsWith } from '../platform/primordials.js';
const PREFIX = 'NODE_';

/** Messages of Node's own: objects whose `cmd` begins with NODE_ and goes on. They are no 'message'. */
export function isInternal(message: unknown): message is { cmd: string } {
  if (typeof message !== 'object' || message === null) return false;
  const { cmd } = message as { cmd?: unknown };
  return typeof cmd === 'string' && cmd.length > PREFIX.length && StringPrototypeStartsWith(cmd, PREFIX);
}
