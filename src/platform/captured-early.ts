// In place of captured.ts in the preload, which runs before anything can be replaced, and is compiled at each start of a child.
export const { process } = globalThis;
export const { getBuiltinModule } = process as { getBuiltinModule?: (id: string) => unknown };
export const { apply: ReflectApply } = Reflect;
export const { parse: JSONParse } = JSON;
export const { getPrototypeOf: ObjectGetPrototypeOf, prototype: ObjectPrototype } = Object;
export const { toString: bufferToString } = Buffer.prototype;
