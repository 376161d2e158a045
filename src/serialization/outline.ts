// Learns the shape of messages: what is around their values, and compiled code that takes a message of that shape apart.
import { types } from 'node:util';
import type { NativeFunctions } from '../addon/native.js';
import { NOT_SENT } from '../addon/native.js';
import {
  ArrayIsArray,
  ArrayPrototype,
  ArrayPrototypeJoin,
  ObjectGetPrototypeOf,
  ObjectKeys,
  ObjectPrototype,
  ObjectPrototypeToString,
  SafeMap,
} from '../platform/primordials.js';
import { runScript } from '../platform/private-module.js';
import { draw } from './draw-outline.js';
import { finish } from './finish-json.js';
import { finishClone } from './outline-clone.js';
import type { Resend } from './outline-clone.js';
import type { Outline, Walk } from './walk.js';

const { isProxy } = types;

/** Samples with the same shape before it is compiled. */
const ENOUGH = 3;
/** Shapes that are remembered. */
const MOST = 64;

/** What a walk is made of: the function to send with, the place in the addon, and what is called if a value is unexpected. */
type Make = (
  send: NativeFunctions['sendValues'],
  place: number,
  missed: (message: object, read: unknown[]) => number,
) => Walk;

interface Known {
  seen: number;
  /** Null: it cannot be compiled. */
  make: Make | null | undefined;
}

const known = new SafeMap<string, Known>();

/**
 * Code that sends messages like this one by the addon's outline `place`. Undefined: not yet, or never.
 *
 * @param resend for a channel of structured clones
 */
export function learn(
  functions: NativeFunctions,
  place: number,
  message: object,
  resend: Resend | undefined,
): Walk | undefined {
  const clone = resend !== undefined;
  const outline = { clone, objects: [], pieces: [''], kinds: '', code: '', read: '', characters: 0 };
  const root = draw(outline, message, 'message', 0);
  if (root === undefined || outline.kinds === '') return undefined;
  const { pieces, kinds } = outline;
  const shape = ArrayPrototypeJoin(pieces, clone ? '1' : '0');
  let entry = known.get(shape);
  if (entry === undefined) {
    if (known.size >= MOST) known.clear();
    known.set(shape, (entry = { seen: 0, make: undefined }));
  }
  entry.seen += 1;
  if (entry.seen < ENOUGH || functions.defineOutline(place, pieces, kinds) === NOT_SENT) return undefined;
  if (entry.make === undefined) entry.make = compiled(outline);
  if (entry.make === null) return undefined;
  return entry.make(functions.sendValues, place, (object, read) =>
    resend === undefined ? finish(functions, root, object, read) : finishClone(resend, root, object, read),
  );
}

/** A program may have changed what compiling needs. Its messages are sent all the same. */
function compiled(outline: Outline): Make | null {
  try {
    return compile(outline);
  } catch {
    return null;
  }
}

function compile({ kinds, code }: Outline): Make {
  let values = '';
  for (let i = 0; i < kinds.length; i++) values += `, v${i}`;
  const walk = `(message) => { ${code} return send(place${values}); }`;
  const make = `(send, place, missed) => ${walk}`;
  const given = 'isProxy, getPrototypeOf, keysOf, isArray, tagOf, ObjectPrototype, ArrayPrototype';
  const outer = runScript(`((${given}) => ${make})`, 'outline') as (...given: unknown[]) => Make;
  const keysOf = ObjectKeys;
  const tagOf = ObjectPrototypeToString;
  return outer(isProxy, ObjectGetPrototypeOf, keysOf, ArrayIsArray, tagOf, ObjectPrototype, ArrayPrototype);
}
