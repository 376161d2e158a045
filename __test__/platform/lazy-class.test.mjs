import { inspect } from 'node:util';
import { fromSource } from '../helpers/from-source.mjs';
import test from '../helpers/test.mjs';

const { lazy } = fromSource('platform/lazy-class');
const { traps } = fromSource('platform/lazy-traps');

/** A lazy class, the class that it stands for, and how often that was loaded. */
function standIn() {
  class Counter {
    static made = 0;
    static start(count) {
      return new this(count);
    }
    constructor(count = 0) {
      this.count = count;
      Counter.made += 1;
    }
    more() {
      return ++this.count;
    }
  }
  const loads = { count: 0 };
  const load = () => {
    loads.count += 1;
    return { Counter };
  };
  return { Lazy: lazy('Counter', load, traps), Counter, loads };
}

test('a lazy class is not loaded before it is used', (t) => {
  const { Lazy, loads } = standIn();
  t.is(typeof Lazy, 'function');
  // Node 26 says that it is a proxy.
  t.regex(inspect(Lazy), /\[Function: Counter\]/);
  t.is(loads.count, 0);
  t.is(new Lazy(1).count, 1);
  t.true(loads.count > 0);
});

test('an instance of a lazy class is an instance of the real class', (t) => {
  const { Lazy, Counter } = standIn();
  const made = new Lazy(3);
  t.true(made instanceof Counter);
  t.true(made instanceof Lazy);
  t.true(new Counter() instanceof Lazy);
  t.false({} instanceof Lazy);
  t.is(made.more(), 4);
  t.is(Lazy.prototype, Counter.prototype);
});

test('a lazy class cannot be called without new', (t) => {
  const { Lazy } = standIn();
  const message = "Class constructor Counter cannot be invoked without 'new'";
  t.throws(() => Lazy(1), { instanceOf: TypeError, message });
});

test('a class can extend a lazy class', (t) => {
  const { Lazy, Counter } = standIn();
  class Twice extends Lazy {
    more() {
      super.more();
      return super.more();
    }
  }
  const made = new Twice(1);
  t.is(made.constructor, Twice);
  t.true(made instanceof Counter);
  t.is(made.more(), 3);
  t.is(Twice.start(5).count, 5);
});

test('static members of a lazy class are those of the real class', (t) => {
  const { Lazy, Counter } = standIn();
  t.is(Lazy.start(2).count, 2);
  t.is(Lazy.made, 1);
  t.is(Lazy.name, 'Counter');
  t.true('made' in Lazy);
  t.deepEqual(Object.keys(Lazy), Object.keys(Counter));
  t.deepEqual(Object.getOwnPropertyNames(Lazy).sort(), Object.getOwnPropertyNames(Counter).sort());
});
