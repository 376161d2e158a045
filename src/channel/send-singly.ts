// sendMany() on a channel that is Node's own on this side.
import { nextTick } from '../platform/primordials.js';
import { checkMany, checkMessage } from './check-message.js';
import type { SendCallback, Serializable } from '../types.js';

interface Sending {
  send(message: Serializable, callback?: SendCallback): boolean;
}

/** Only the types of the messages are checked before the first one is sent. */
export function sendSingly(target: Sending, messages: unknown, callback: unknown): boolean {
  checkMany(messages, callback);
  const done = callback as SendCallback | undefined;
  for (let at = 0; at < messages.length; at++) checkMessage(messages[at], at);
  if (messages.length === 0 && done !== undefined) nextTick(done, null);
  let accepted = true;
  for (let at = 0; at < messages.length; at++) {
    const last = at === messages.length - 1;
    accepted = target.send(messages[at] as Serializable, last || done === undefined ? done : ignore);
  }
  return accepted;
}

/** If one fails, the last one fails too, and its callback gets the error. */
function ignore(): void {}
