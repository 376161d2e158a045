// Makes the messages of a run that have one shape, of their values. For V8, reading json is mostly making objects: with two fields,
// it takes several times as long as to read the values alone and make the objects by compiled code.
import {
  ArrayIsArray,
  ArrayPrototypeJoin,
  ArrayPrototypePush,
  JSONParse,
  JSONStringify,
  ObjectKeys,
  SafeMap,
} from '../platform/primordials.js';
import { runScript } from '../platform/private-module.js';

/** Puts messages in the place of their values. */
type Build = (values: unknown[]) => void;

interface Shape {
  /** Values of a message. */
  readonly width: number;
  readonly build: Build;
}

/** A program with more shapes than this has few messages of each. */
const MOST = 64;

const shapes = new SafeMap<string, Shape>();

/** The messages of a run, or undefined if at least one of them cannot be read. See {@link readShaped}. */
export function parseShaped(text: string, count: number, shape: string): unknown[] | undefined {
  try {
    return readShaped(text, count, shape);
  } catch {
    return undefined;
  }
}

/**
 * Messages of one shape.
 *
 * @param text a json array of the values that are neither objects nor arrays, of one message after the other
 * @param shape json text of a message, with `0` for each value
 * @throws what JSON.parse() throws for the values
 */
export function readShaped(text: string, count: number, shape: string): unknown[] {
  const { width, build } = shapes.get(shape) ?? shapeOf(shape);
  const values = JSONParse(text) as unknown[];
  if (values.length !== count * width) throw new Error('its values do not fit its shape');
  build(values);
  values.length = count;
  return values;
}

function shapeOf(text: string): Shape {
  let width = 0;
  JSONParse(text, (_key, value: unknown) => {
    if (typeof value !== 'object') width += 1;
    return value;
  });
  const shape = { width, build: builderOf(text, width) };
  if (shapes.size >= MOST) shapes.clear();
  shapes.set(text, shape);
  return shape;
}

/** A program may have changed what compiling needs: the messages are well-formed all the same. */
function builderOf(text: string, width: number): Build {
  try {
    return compile(text, width);
  } catch {
    return (values) => fill(values, text);
  }
}

function compile(text: string, width: number): Build {
  const message = sourceOf(JSONParse(text), { width: 0 });
  // Overwrites elements of the array that is there: appending would call a setter that a program has put on a prototype.
  const loop = `for (let at = 0, i = 0; at < values.length; at += ${width}) values[i++] = ${message};`;
  return runScript(`(function (values) { ${loop} })`, 'shape') as Build;
}

/** Does what compiled code does, by reading the shape once for each message. */
function fill(values: unknown[], text: string): void {
  const next = (_key: string, value: unknown) => (typeof value === 'object' ? value : values[at++]);
  let at = 0;
  for (let i = 0; at < values.length; i++) values[i] = JSONParse(text, next) as unknown;
}

/** JavaScript for a message: what JSON.parse() makes, since the addon passes no key that a literal would treat in another way. */
function sourceOf(value: unknown, counted: { width: number }): string {
  if (typeof value !== 'object' || value === null) return `values[at + ${counted.width++}]`;
  const parts: string[] = [];
  if (ArrayIsArray(value)) {
    for (let i = 0; i < value.length; i++) ArrayPrototypePush(parts, sourceOf(value[i], counted));
    return `[${ArrayPrototypeJoin(parts, ', ')}]`;
  }
  const keys = ObjectKeys(value);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const member = sourceOf((value as Record<string, unknown>)[key], counted);
    ArrayPrototypePush(parts, `${JSONStringify(key)}: ${member}`);
  }
  return `{ ${ArrayPrototypeJoin(parts, ', ')} }`;
}
