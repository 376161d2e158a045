// The message with a connection, as Node's primary words it.
import { JSONStringify } from '../platform/primordials.js';

/** What it begins with. */
export const NEWCONN = '{"cmd":"NODE_CLUSTER","act":"newconn",';

/** All of it but its number, and a brace. */
export const startOf = (key: string): string => `${NEWCONN}"key":${JSONStringify(key)},"seq":`;
