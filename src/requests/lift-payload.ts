// Payloads with long strings, for which the addon makes the json.
import type { Writer } from '../channel/write.js';
import { PLACEHOLDER } from '../serialization/lifted.js';
import { LONG, searching, stringifyWithout } from '../serialization/long-strings.js';
import type { WithoutStrings } from '../serialization/long-strings.js';

/** The json of a message that is one string, without it. */
const ONE = `"${PLACEHOLDER}0"`;

/** Undefined: the payload is encoded as a whole. @throws what serializing it throws */
export function liftPayload({ serializer, monitor }: Writer, message: unknown): WithoutStrings | undefined {
  // A trace shows the whole text. JSON does not have undefined.
  if (serializer !== undefined || monitor.trace !== undefined || message === undefined) return undefined;
  if (typeof message === 'string')
    return message.length < LONG ? undefined : { text: ONE, strings: [message] };
  return searching ? stringifyWithout(message) : undefined;
}
