// Ports inside a message. They travel beside it, and the receiver puts its own into their places.
import { types } from 'node:util';
import type { Path } from '../handles/paths.js';
import { isPackable } from '../handles/packed.js';
import {
  ArrayIsArray,
  ArrayPrototypeIndexOf,
  ArrayPrototypePush,
  ArrayPrototypeSlice,
  ObjectKeys,
  ObjectPrototypeToString,
  SafeMap,
} from '../platform/primordials.js';

type Keys = (string | number)[];

/** The message without the ports that are in `things`, and where they belong. Without any, the message itself. */
export function lift(
  message: unknown,
  things: readonly unknown[],
): { message: unknown; places?: readonly Path[] } {
  if (!things.some(isPackable)) return { message };
  const lifter = new Lifter(things);
  const copy = lifter.copy(message, []);
  return lifter.places.every((place) => place === null)
    ? { message }
    : { message: copy, places: lifter.places };
}

class Lifter {
  readonly places: Path[];
  readonly #things: readonly unknown[];
  /** So that two references to one object, and circles, stay what they are. */
  readonly #copies = new SafeMap<object, unknown>();

  constructor(things: readonly unknown[]) {
    this.#things = things;
    this.places = things.map(() => null);
  }

  copy(value: unknown, path: Keys): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const index = isPackable(value) ? ArrayPrototypeIndexOf(this.#things, value) : -1;
    if (index >= 0 && this.places[index] === null) {
      this.places[index] = ArrayPrototypeSlice(path);
      return null;
    }
    if (this.#copies.has(value)) return this.#copies.get(value);
    if (!isContainer(value)) return value;
    const copy = (ArrayIsArray(value) ? [] : {}) as Record<string | number, unknown>;
    this.#copies.set(value, copy);
    // What a clone takes of an object: its own enumerable properties.
    for (const key of ObjectKeys(value)) {
      ArrayPrototypePush(path, key);
      copy[key] = this.copy((value as Record<string, unknown>)[key], path);
      path.length -= 1;
    }
    if (ArrayIsArray(value)) copy['length'] = value.length;
    return copy;
  }
}

/** Whether a clone of it is an object or an array with the same properties. */
function isContainer(value: object): boolean {
  if (ArrayIsArray(value)) return true;
  if (isPackable(value) || types.isProxy(value) || ObjectPrototypeToString(value) !== '[object Object]') {
    return false;
  }
  return !types.isMap(value) && !types.isSet(value) && !types.isExternal(value);
}
