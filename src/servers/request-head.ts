// The head of a request, as bytes that another parser reads again. The order and the case of its headers stay.
import type { IncomingMessage } from 'node:http';
import { invalidValue } from '../errors.js';
import { BufferFrom } from '../platform/primordials.js';

/** What would end a line, or the head. */
const UNSAFE_LINE = /[\0\r\n]/;
/** What would also end the target of a request. */
const UNSAFE_TARGET = /[\0\r\n ]/;

/**
 * @param continued whether the client was already asked to continue, so that nobody needs to ask again
 * @throws ERR_INVALID_ARG_VALUE if the program has put a line break into it
 */
export function headOf(request: IncomingMessage, continued: boolean): Buffer {
  const { method = 'GET', url = '/', httpVersion, rawHeaders } = request;
  if (UNSAFE_TARGET.test(url)) throw invalidValue('request.url', 'has a space or a line break in it');
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name, value] = [rawHeaders[i] as string, rawHeaders[i + 1] as string];
    if (continued && name.toLowerCase() === 'expect') continue;
    const line = `${name}: ${value}`;
    if (UNSAFE_LINE.test(line)) throw invalidValue('request.rawHeaders', `have a line break in '${name}'`);
    text += `${line}\r\n`;
  }
  return BufferFrom(`${text}\r\n`, 'latin1');
}
