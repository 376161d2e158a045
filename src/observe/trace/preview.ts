// Shows the beginning of a message on one line, without running any code of the program.

/** Characters. */
const LENGTH = 80;

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text on one line, cut off after {@link LENGTH} characters. */
export function brief(text: string): string {
  const part = text.length > LENGTH ? `${text.slice(0, LENGTH)}...` : text;
  // Characters that would end the line or control a terminal. To make this expression takes longer than most of a child's start.
  return part.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, escape);
}

/** As {@link brief}, for a value without a text: a structured clone. */
export function briefValue(value: unknown): string {
  const { inspect } = require('node:util') as typeof import('node:util');
  try {
    const how = { depth: 1, maxArrayLength: 10, maxStringLength: LENGTH, breakLength: Infinity };
    // Calls none of the program's inspect functions, getters or Proxy traps.
    return brief(inspect(value, { ...how, compact: true, customInspect: false, showProxy: true }));
  } catch {
    return `[${typeof value}]`;
  }
}

function escape(character: string): string {
  return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
