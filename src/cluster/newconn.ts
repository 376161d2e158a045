// The message with a connection, as Node's primary words it.
import { JSONStringify } from '../platform/primordials.js';

/** What it begins with. */
export const NEWCONN = '{"cmd":"NODE_CLUSTER","act":"newconn",';

/** Its text. A program has few keys, so the last one is kept. */
export function newconnText(key: string, seq: number): string {
  if (key !== lastKey) {
    lastKey = key;
    lastStart = `${NEWCONN}"key":${JSONStringify(key)},"seq":`;
  }
  return `${lastStart}${seq}}`;
}

let lastKey: string | undefined;
let lastStart = '';
