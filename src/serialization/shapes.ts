// Makes messages of known shapes of their values. For V8, reading json is mostly making objects: with two fields, it takes several times
// as long as to read the values alone and make the objects by compiled code.
import type { Parts } from '../addon/shaped.js';
import {
  ArrayPrototypePush,
  JSONParse,
  JSONStringify,
  NumberParseInt,
  SafeMap,
} from '../platform/primordials.js';
import { runScript } from '../platform/private-module.js';
import { FIRST, codeOf } from './shape-code.js';

/** Puts messages in the place of their values. Returns whether each value is in a message. */
type Build = (values: unknown[], count: number, parts: Parts) => boolean;

/** A program with more shapes than this has few messages of each. */
const MOST = 64;

/** By the shapes: for messages that all have the only one, and for others. */
const uniforms = new SafeMap<string, Build>();
const mixtures = new SafeMap<string, Build>();

/** The messages of a run, or undefined if at least one of them cannot be read. See {@link readShaped}. */
export function parseShaped(text: string, count: number, parts: Parts): unknown[] | undefined {
  try {
    return readShaped(text, count, parts);
  } catch {
    return undefined;
  }
}

/**
 * Messages of known shapes.
 *
 * @param text a json array of the values that are neither objects nor arrays, of one message after the other
 * @throws what JSON.parse() throws for the values
 */
export function readShaped(text: string, count: number, parts: Parts): unknown[] {
  const builders = parts[1] === undefined ? uniforms : mixtures;
  const build = builders.get(parts[0]) ?? builderOf(parts[0], builders);
  const values = JSONParse(text) as unknown[];
  if (values.length < count || !build(values, count, parts))
    throw new Error('its values do not fit its shape');
  values.length = count;
  return values;
}

function builderOf(shapes: string, builders: typeof uniforms): Build {
  const messages = JSONParse(shapes) as unknown[];
  const build = compile(messages, builders === uniforms) ?? filling(messages);
  if (builders.size >= MOST) builders.clear();
  builders.set(shapes, build);
  return build;
}

/** Undefined: a program has changed what compiling needs. The messages are well-formed all the same. */
function compile(messages: readonly unknown[], uniform: boolean): Build | undefined {
  try {
    return runScript(codeOf(messages, uniform), 'shape') as Build;
  } catch {
    return undefined;
  }
}

/** Does what compiled code does, by reading a shape once for each message. */
function filling(messages: readonly unknown[]): Build {
  const texts: string[] = [];
  for (let i = 0; i < messages.length; i++) ArrayPrototypePush(texts, JSONStringify(messages[i]));
  return (values, count, parts) => {
    let at = 0;
    let s = FIRST;
    const next = (_key: string, value: unknown) =>
      value === 0 ? values[at++] : value === 1 ? parts[s++] : value;
    for (let i = 0; i < count; i++) {
      const kind = NumberParseInt(parts[1]?.[i] ?? '1', 10);
      const before = at;
      values[i] = kind === 0 ? values[at] : JSONParse(texts[kind - 1] as string, next);
      if (at === before) at += 1; // each message has a value at least
    }
    return at === values.length && s === parts.length;
  };
}
