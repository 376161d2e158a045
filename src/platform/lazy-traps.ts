// What a class does that is loaded when it is first used: see lazy-class.ts, which every program loads with forkwire.
import {
  ReflectConstruct,
  ReflectGet,
  ReflectGetOwnPropertyDescriptor,
  ReflectGetPrototypeOf,
  ReflectHas,
  ReflectOwnKeys,
  TypeError,
} from './captured.js';
import type { Class, LazyHandler } from './lazy-class.js';

const classOf = ({ load, name }: LazyHandler) => load()[name] as Class;

/** The prototype of the handlers of all lazy classes. */
export const traps: ProxyHandler<Class> & ThisType<LazyHandler> & { __proto__: null } = {
  __proto__: null,
  apply() {
    throw new TypeError(`Class constructor ${this.name} cannot be invoked without 'new'`);
  },
  construct(_, args: never[], newTarget) {
    const real = classOf(this);
    return ReflectConstruct(real, args, newTarget === this.stand ? real : newTarget) as object;
  },
  get(_, key) {
    return ReflectGet(classOf(this), key) as unknown;
  },
  has(_, key) {
    return ReflectHas(classOf(this), key);
  },
  ownKeys() {
    return ReflectOwnKeys(classOf(this));
  },
  getPrototypeOf() {
    return ReflectGetPrototypeOf(classOf(this));
  },
  getOwnPropertyDescriptor(_, key) {
    const descriptor = ReflectGetOwnPropertyDescriptor(classOf(this), key);
    return descriptor && { ...descriptor, configurable: true };
  },
};
