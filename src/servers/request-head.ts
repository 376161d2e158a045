// The head of a request, as bytes that another parser reads again. The order and the case of its headers stay.
import type { IncomingMessage } from 'node:http';
import { invalidValue } from '../errors.js';
import { BufferFrom } from '../platform/primordials.js';

/** What would end a line, or the head, and what is not a byte. */
const UNSAFE = /[\0\r\n]|[^\0-\xff]/;
/** What every parser takes. */
const TARGET = /^[!-~]+$/;

/**
 * @param continued whether the client was already asked to continue, so that nobody needs to ask again
 * @throws ERR_INVALID_ARG_VALUE if the program has put something into it that a request cannot have there
 */
export function headOf(request: IncomingMessage, continued: boolean): Buffer {
  const { method = 'GET', url = '/', httpVersion, rawHeaders } = request;
  if (typeof url !== 'string' || !TARGET.test(url)) {
    throw invalidValue(
      'request.url',
      'must be a string of printable ASCII characters without spaces, and not empty',
    );
  }
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  let all = '';
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name: unknown = rawHeaders[i];
    const value: unknown = rawHeaders[i + 1];
    if (typeof name !== 'string' || typeof value !== 'string') {
      throw invalidValue('request.rawHeaders', 'must be an array of strings');
    }
    if (continued && name.toLowerCase() === 'expect') continue;
    all += name + value;
    text += `${name}: ${value}\r\n`;
  }
  if (UNSAFE.test(all)) refuse(rawHeaders);
  return BufferFrom(`${text}\r\n`, 'latin1');
}

function refuse(rawHeaders: readonly string[]): never {
  let i = 0;
  while (i + 3 < rawHeaders.length && !UNSAFE.test(`${rawHeaders[i]}${rawHeaders[i + 1]}`)) i += 2;
  throw invalidValue(
    'request.rawHeaders',
    `have a line break or a character above U+00FF in '${rawHeaders[i]}'`,
  );
}
