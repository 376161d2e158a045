// Learns the shape of messages: what is around their values, and compiled code that takes a message of that shape apart.
import { types } from 'node:util';
import type { NativeFunctions } from '../addon/native.js';
import { NOT_SENT } from '../addon/native.js';
import {
  ArrayIsArray,
  ArrayPrototype,
  ArrayPrototypeJoin,
  ArrayPrototypePush,
  JSONStringify,
  ObjectGetPrototypeOf,
  ObjectKeys,
  ObjectPrototype,
  ObjectPrototypeLookupGetter,
  SafeMap,
} from '../platform/primordials.js';
import { runScript } from '../platform/private-module.js';
import { finish } from './finish-json.js';
import type { Node, Walk } from './walk.js';

const { isProxy } = types;

/** Bounds of a shape. The addon has that of the values as well. */
const VALUES = 24;
const ELEMENTS = 8;
const DEEPEST = 4;
const CHARACTERS = 2048;

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

interface Outline {
  readonly pieces: string[];
  kinds: string;
  code: string;
  /** Code for the values that have been read. */
  read: string;
  characters: number;
}

const known = new SafeMap<string, Known>();

/** Code that sends messages like this one by the addon's outline `place`. Undefined: not yet, or never. */
export function learn(functions: NativeFunctions, place: number, message: object): Walk | undefined {
  const outline: Outline = { pieces: [''], kinds: '', code: '', read: '', characters: 0 };
  const root = draw(outline, message, 'message', 0);
  if (root === undefined || outline.kinds === '') return undefined;
  const { pieces, kinds } = outline;
  const shape = ArrayPrototypeJoin(pieces, '0');
  let entry = known.get(shape);
  if (entry === undefined) {
    if (known.size >= MOST) known.clear();
    known.set(shape, (entry = { seen: 0, make: undefined }));
  }
  entry.seen += 1;
  if (entry.seen < ENOUGH || functions.defineOutline(place, pieces, kinds) === NOT_SENT) return undefined;
  if (entry.make === undefined) entry.make = compiled(outline);
  if (entry.make === null) return undefined;
  return entry.make(functions.sendValues, place, (object, read) => finish(functions, root, object, read));
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
  const given = 'isProxy, getPrototypeOf, keysOf, isArray, ObjectPrototype, ArrayPrototype';
  const outer = runScript(`((${given}) => ${make})`, 'outline') as (...given: unknown[]) => Make;
  return outer(isProxy, ObjectGetPrototypeOf, ObjectKeys, ArrayIsArray, ObjectPrototype, ArrayPrototype);
}

/** Draws an object or array, of which code finds the value in the variable `name`. Undefined: it cannot be sent that way. */
function draw(outline: Outline, object: object, name: string, depth: number): Node | undefined {
  if (isProxy(object)) return undefined;
  const isArray = ArrayIsArray(object);
  if (ObjectGetPrototypeOf(object) !== (isArray ? ArrayPrototype : ObjectPrototype)) return undefined;
  const keys: PropertyKey[] = isArray ? indices(object) : ObjectKeys(object);
  if ('toJSON' in object || keys.length > VALUES || (isArray && keys.length > ELEMENTS)) return undefined;
  addCheck(outline, name, isArray, keys);
  const children: (Node | undefined)[] = [];
  addText(outline, isArray ? '[' : '{');
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    if (ObjectPrototypeLookupGetter(object, key) !== undefined) return undefined;
    addText(outline, (i > 0 ? ',' : '') + (isArray ? '' : `${JSONStringify(key)}:`));
    const member = drawMember(outline, (object as Record<string, unknown>)[key], name, key, depth);
    if (member === undefined) return undefined;
    ArrayPrototypePush(children, member === null ? undefined : member);
  }
  addText(outline, isArray ? ']' : '}');
  return { keys, isArray, children };
}

/** Null: a value. */
function drawMember(outline: Outline, value: unknown, parent: string, key: PropertyKey, depth: number) {
  const isValue = value === null || typeof value !== 'object';
  const name = isValue ? `v${outline.kinds.length}` : `${parent}_${outline.characters}`;
  outline.code += `const ${name} = ${parent}[${JSONStringify(key)}];\n`;
  outline.read += (outline.read === '' ? '' : ', ') + name;
  if (!isValue) return depth < DEEPEST ? draw(outline, value, name, depth + 1) : undefined;
  const kind = kindOf(value);
  if (kind === undefined || outline.kinds.length >= VALUES || outline.characters > CHARACTERS)
    return undefined;
  outline.kinds += kind;
  ArrayPrototypePush(outline.pieces, '');
  const first = kind === 'n' ? 'number' : 'string';
  const others = `typeof ${name} !== '${kind === 'n' ? 'string' : 'number'}' && ${name} !== null`;
  outline.code += `if (typeof ${name} !== '${first}' && typeof ${name} !== 'boolean' && ${others}) ${miss(outline)}\n`;
  return null;
}

function kindOf(value: unknown): string | undefined {
  if (typeof value === 'string') return 's';
  if (typeof value === 'number') return 'n';
  return typeof value === 'boolean' || value === null ? 'o' : undefined;
}

function indices(array: readonly unknown[]): number[] {
  const all: number[] = [];
  for (let i = 0; i < array.length && i <= ELEMENTS; i++) ArrayPrototypePush(all, i);
  return all;
}

/** Nothing of the program's runs in this code, once it is known that the object is not a Proxy. */
function addCheck(outline: Outline, name: string, isArray: boolean, keys: readonly PropertyKey[]): void {
  const kind = isArray ? 'Array' : 'Object';
  const isObject = isArray ? `!isArray(${name})` : `typeof ${name} !== 'object' || ${name} === null`;
  const listed = isArray ? name : `keys_${name}`;
  const tests = [`${listed}.length !== ${keys.length}`];
  const names = isArray ? 0 : keys.length;
  for (let i = 0; i < names; i++) ArrayPrototypePush(tests, `${listed}[${i}] !== ${JSONStringify(keys[i])}`);
  outline.code +=
    `if (${isObject} || isProxy(${name}) || 'toJSON' in ${name} || getPrototypeOf(${name}) !== ${kind}Prototype) ${miss(outline)}\n` +
    (isArray ? '' : `const ${listed} = keysOf(${name});\n`) +
    `if (${ArrayPrototypeJoin(tests, ' || ')}) ${miss(outline)}\n`;
}

function miss({ read }: Outline): string {
  return read === '' ? `return ${NOT_SENT};` : `return missed(message, [${read}]);`;
}

function addText(outline: Outline, text: string): void {
  outline.pieces[outline.pieces.length - 1] += text;
  outline.characters += text.length;
}
