// Takes long strings out of a message before it becomes json, so that JSON.stringify() does not look at each of their characters.
import { notSerializable } from '../errors.js';
import {
  ArrayPrototypePush,
  JSONStringify,
  MathMin,
  NumberParseInt,
  StringPrototypeStartsWith,
  process,
} from '../platform/primordials.js';
import { PLACEHOLDER } from './lifted.js';

/** Since version 14, V8 looks at many characters of a string at once, and makes json of plain objects faster. To do without it pays later there. */
export const isFast = NumberParseInt(process.versions.v8 ?? '14', 10) >= 14;
/** After a text of this length, the next message is searched for long strings: those of a program are usually alike. */
const TEXT = isFast ? 8 * 1024 : 768;
/** Strings from this length on are taken out. */
export const LONG = isFast ? 2 * 1024 : 512;
/** How many texts may be left out at most, after searches that found nothing. */
const PAUSE = 1023;

/** Whether the next message is to be searched. */
export let searching = false;

let pause = 0;
let passed = 0;

/** Json with placeholders for the strings. */
export interface WithoutStrings {
  readonly text: string;
  readonly strings: readonly string[];
}

/** A message became a text of this length. */
export function noteText(length: number): void {
  if (length >= TEXT && ++passed > pause) searching = true;
}

/** As toJson(). Long strings are not in the text. @throws what toJson() throws */
export function stringifyWithout(message: unknown): WithoutStrings {
  const strings: string[] = [];
  const text = JSONStringify(message, (_key, value: unknown) => {
    if (typeof value !== 'string') return value;
    // A string of the program that looks like a placeholder becomes one, too.
    if (value.length < LONG && !StringPrototypeStartsWith(value, PLACEHOLDER)) return value;
    const placeholder = PLACEHOLDER + strings.length;
    ArrayPrototypePush(strings, value);
    return placeholder;
  }) as string | undefined;
  if (text === undefined) throw notSerializable();
  if (strings.length === 0) {
    searching = false;
    passed = 0;
    pause = MathMin(2 * pause + 1, PAUSE);
  } else pause = 0;
  return { text, strings };
}
