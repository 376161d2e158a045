// The answer to an upgrade that the client has got before, from the process that had the connection then.
import {
  BufferConcat,
  BufferFrom,
  BufferPrototypeToString,
  SafeWeakMap,
  nextTick,
} from '../platform/primordials.js';
import type { Socket } from './insides.js';

type Write = (chunk: unknown, encoding?: unknown, callback?: unknown) => boolean;

/** The longest answer that is looked at. */
const LONGEST = 65_536;
const AGREED = 'HTTP/1.1 101 ';
const END = '\r\n\r\n';

const withheld = new SafeWeakMap<object, true>();

/** Whether an answer is still expected. A process that only passes the connection on does not answer. */
export function isAnswerWithheld(socket: object): boolean {
  return withheld.has(socket);
}

/**
 * Keeps the head that is written first from the client. If it is not that of an upgrade, the server does not want the connection.
 * The client cannot be told any more, so the connection is closed.
 */
export function withholdAnswer(socket: Socket): void {
  const holder = socket as unknown as { write?: Write; end?: () => unknown };
  withheld.set(socket, true);
  const pass = (): void => {
    withheld.delete(socket);
    delete holder.write;
    delete holder.end;
  };
  const refuse = (): void => {
    pass();
    socket.destroy();
  };
  holder.end = refuse;
  let head = BufferFrom('');
  holder.write = (chunk, encoding, callback) => {
    const done = typeof encoding === 'function' ? encoding : callback;
    const how = typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8';
    head = BufferConcat([head, typeof chunk === 'string' ? BufferFrom(chunk, how) : (chunk as Buffer)]);
    const text = BufferPrototypeToString(head, 'latin1');
    const end = text.indexOf(END);
    if (!AGREED.startsWith(text.slice(0, AGREED.length)) || (end < 0 && text.length > LONGEST)) {
      refuse();
      return false;
    }
    if (end >= 0) pass();
    const rest = head.subarray(end + END.length);
    if (end >= 0 && rest.length > 0) return socket.write(rest, done as () => void);
    if (typeof done === 'function') nextTick(done as () => void);
    return true;
  };
}
