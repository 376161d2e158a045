// JavaScript that makes messages of their values, for src/serialization/shapes.ts. It overwrites elements of the array that is there, none
// of which is read later: each message has a value at least. Appending would call a setter that a program has put on a prototype.
import {
  ArrayIsArray,
  ArrayPrototypeJoin,
  ArrayPrototypePush,
  JSONStringify,
  ObjectKeys,
} from '../platform/primordials.js';

/** Where the strings begin among the parts. */
export const FIRST = 2;

/** How a message is made. */
interface Maker {
  /** How many values it has, and how many strings. */
  width: number;
  strings: number;
  /** JavaScript that makes it of the values from `at` and of the parts from `s` on. */
  source: string;
}

/** @param uniform all messages have the only shape */
export function codeOf(messages: readonly unknown[], uniform: boolean): string {
  const makers: Maker[] = [];
  for (let i = 0; i < messages.length; i++) ArrayPrototypePush(makers, makerOf(messages[i]));
  return `(function (values, count, parts) { ${uniform ? same(makers[0] as Maker) : mixed(makers)} })`;
}

/** An element of a string is its own, so that nothing of the program is called for it. */
function mixed(makers: readonly Maker[]): string {
  const cases: string[] = [];
  for (let i = 0; i < makers.length; i++) {
    const { width, strings, source } = makers[i] as Maker;
    const step = `values[i] = ${source}; at += ${width}; s += ${strings}; break;`;
    ArrayPrototypePush(cases, `case '${i + 1}': ${step}`);
  }
  const choice = `switch (kinds[i]) { ${ArrayPrototypeJoin(cases, ' ')} default: values[i] = values[at++]; }`;
  const loop = `let at = 0, s = ${FIRST}; for (let i = 0; i < count; i++) ${choice}`;
  return `const kinds = parts[1]; ${loop} return at === values.length && s === parts.length;`;
}

function same({ width, strings, source }: Maker): string {
  const fits = `values.length === count * ${width} && parts.length === count * ${strings} + ${FIRST}`;
  const step = `i++, at += ${width}, s += ${strings}`;
  const loop = `for (let i = 0, at = 0, s = ${FIRST}; i < count; ${step}) values[i] = ${source};`;
  return `if (!(${fits})) return false; ${loop} return true;`;
}

function makerOf(message: unknown): Maker {
  const maker = { width: 0, strings: 0, source: '' };
  maker.source = sourceOf(message, maker);
  if (maker.width === 0) maker.width = 1; // the addon adds a value if all others are strings beside the text
  return maker;
}

/** JavaScript for a message: what JSON.parse() makes, since the addon passes no key that a literal would treat in another way. */
function sourceOf(value: unknown, maker: Maker): string {
  if (value === 0) return `values[at + ${maker.width++}]`;
  if (value === 1) return `parts[s + ${maker.strings++}]`;
  const parts: string[] = [];
  if (ArrayIsArray(value)) {
    for (let i = 0; i < value.length; i++) ArrayPrototypePush(parts, sourceOf(value[i], maker));
    return `[${ArrayPrototypeJoin(parts, ', ')}]`;
  }
  const keys = ObjectKeys(value as object);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const member = sourceOf((value as Record<string, unknown>)[key], maker);
    ArrayPrototypePush(parts, `${JSONStringify(key)}: ${member}`);
  }
  return `{ ${ArrayPrototypeJoin(parts, ', ')} }`;
}
