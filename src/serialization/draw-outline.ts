// Draws the outline of a message: what is around its values, and JavaScript that checks whether a message has that outline.
import { types } from 'node:util';
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
} from '../platform/primordials.js';
import { addCloneTests, isOpen, valueTest } from './outline-clone.js';
import type { Node, Outline } from './walk.js';

const { isProxy } = types;

/** Bounds of a shape. The addon has that of the values as well. */
const VALUES = 24;
const ELEMENTS = 8;
const DEEPEST = 4;
const CHARACTERS = 2048;

/** Draws an object or array, of which code finds the value in the variable `name`. Undefined: it cannot be sent that way. */
export function draw(outline: Outline, object: object, name: string, depth: number): Node | undefined {
  if (isProxy(object)) return undefined;
  const isArray = ArrayIsArray(object);
  if (ObjectGetPrototypeOf(object) !== (isArray ? ArrayPrototype : ObjectPrototype)) return undefined;
  const keys: PropertyKey[] = isArray ? indices(object) : ObjectKeys(object);
  if ('toJSON' in object || keys.length > VALUES || (isArray && keys.length > ELEMENTS)) return undefined;
  if (outline.clone && !isOpen(outline, isArray, keys)) return undefined;
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
  if (outline.clone) outline.code += `if (${valueTest(name)}) ${miss(outline)}\n`;
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

/** Nothing of the program's runs in this code: isArray() would throw for a revoked Proxy. */
function addCheck(outline: Outline, name: string, isArray: boolean, keys: readonly PropertyKey[]): void {
  const kind = isArray ? 'Array' : 'Object';
  const isObject = isArray ? `!isArray(${name})` : `typeof ${name} !== 'object' || ${name} === null`;
  const listed = isArray ? name : `keys_${name}`;
  const tests = [`${listed}.length !== ${keys.length}`];
  if (outline.clone) addCloneTests(tests, outline, name, isArray, keys.length);
  const names = isArray ? 0 : keys.length;
  for (let i = 0; i < names; i++) ArrayPrototypePush(tests, `${listed}[${i}] !== ${JSONStringify(keys[i])}`);
  outline.code +=
    `if (isProxy(${name}) || ${isObject} || 'toJSON' in ${name} || getPrototypeOf(${name}) !== ${kind}Prototype) ${miss(outline)}\n` +
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
