import { isDeepStrictEqual } from 'node:util';
import { both, compared } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import cloneValues from '../helpers/clone-values.cjs';
import { outcome } from '../helpers/outcome.mjs';

const { values, odd } = cloneValues;
const advanced = { serialization: 'advanced' };
// The echo has a plain prototype where the original had none.
const unchanged = Object.entries(values).filter(([kind]) => kind !== 'object without prototype');

both('carries each kind of value whole, to the child and back', async (t, { share }) => {
  const child = share('echo.cjs', advanced);
  const inbox = new Inbox(child);
  for (const [kind, value] of unchanged) {
    child.send(value);
    const message = await inbox.next();
    t.true(isDeepStrictEqual(message, value), kind);
  }
});

both('carries all kinds in one run, in order', async (t, { share }) => {
  const child = share('echo.cjs', advanced);
  const inbox = new Inbox(child);
  for (const [, value] of unchanged) child.send(value);
  const messages = await inbox.take(unchanged.length);
  for (const [i, [kind, value]] of unchanged.entries()) t.true(isDeepStrictEqual(messages[i], value), kind);
});

both('the child reads the same values as the parent sent', async (t, { share }) => {
  const child = share('compare-clone-values.cjs', advanced);
  const inbox = new Inbox(child);
  for (const [kind, value] of unchanged) child.send({ kind, value });
  const verdicts = await inbox.take(unchanged.length);
  t.deepEqual(
    verdicts.filter(({ same, prototype }) => !same || !prototype),
    [],
  );
});

both('keeps identity, cycles and types', async (t, { share }) => {
  const child = share('echo.cjs', advanced);
  const inbox = new Inbox(child);
  const echo = (value) => (child.send(value), inbox.next());

  const cyclic = await echo(values.cycle);
  t.is(cyclic.self, cyclic);
  t.is(cyclic.list[1], cyclic.list);
  const [one, other] = await echo(values['the same object twice']);
  t.is(one, other);
  t.true(Buffer.isBuffer(await echo(Buffer.from('b'))));
  t.false(Buffer.isBuffer(await echo(new Uint8Array(3))));
  t.false(1 in (await echo(values['sparse array'])));
  t.is((await echo(values['sparse array'])).length, 10);
  t.true(Object.is(await echo(-0), -0));
  t.is((await echo(/a/g)).lastIndex, 0);
  t.is((await echo(new Date(NaN))).getTime(), NaN);
});

both('keeps class, message, stack and cause of an error', async (t, { share }) => {
  const child = share('echo.cjs', advanced);
  const error = new RangeError('outer', { cause: { why: 1 } });
  child.send({ error });
  const received = (await new Inbox(child).next()).error;
  t.true(received instanceof RangeError);
  t.is(received.message, 'outer');
  t.is(received.stack, error.stack);
  t.deepEqual(received.cause, { why: 1 });
});

both('a buffer can be changed right after send()', async (t, { share }) => {
  const child = share('echo.cjs', advanced);
  const inbox = new Inbox(child);
  const buffer = Buffer.alloc(1 << 20);
  for (let i = 1; i <= 4; i++) {
    buffer.fill(i);
    child.send(buffer);
  }
  buffer.fill(0);
  const filled = (await inbox.take(4)).map((message) => new Set(message));
  t.deepEqual(
    filled,
    [1, 2, 3, 4].map((i) => new Set([i])),
  );
});

both('a received buffer is its own, and can be written to', async (t, { share }) => {
  const child = share('echo.cjs', advanced);
  const inbox = new Inbox(child);
  for (const text of ['first', 'other']) child.send(Buffer.from(text));
  const [first, other] = await inbox.take(2);
  first.fill('x');
  t.is(first.toString(), 'xxxxx');
  t.is(other.toString(), 'other');
});

compared('what becomes of values that are not carried whole', async (t, { share }) => {
  const child = share('describe-advanced.cjs', advanced);
  const inbox = new Inbox(child);
  const results = [];
  for (const [kind, make] of Object.entries(odd)) {
    const { returned, ...thrown } = outcome(() => child.send({ value: make() }));
    results.push([kind, returned === undefined ? thrown : (await inbox.next()).text]);
  }
  return results;
});

both('throws what cannot be cloned, and sends nothing', async (t, { share }) => {
  const child = share('echo.cjs', advanced);
  const inbox = new Inbox(child);
  child.send('before');
  t.throws(() => child.send({ a: () => {} }), { message: /could not be cloned/ });
  t.throws(() => child.send([Symbol('s')]), { message: /could not be cloned/ });
  child.send('after');
  t.deepEqual(await inbox.take(2), ['before', 'after']);
});

const counting = {
  'at the top': (next) => ({
    get n() {
      return next();
    },
  }),
  'further in': (next) => ({ a: [{ b: { get n() { return next(); } } }] }), // prettier-ignore
  'as an element': (next) => Object.defineProperty([0], 0, { get: next, enumerable: true }),
  'before something that is not plain': (next) => ({
    get n() {
      return next();
    },
    date: new Date(0),
  }),
  'beside large memory': (next) => ({
    get n() {
      return next();
    },
    large: Buffer.alloc(100_000),
  }),
};

for (const [where, make] of Object.entries(counting)) {
  for (const serialization of ['json', 'advanced']) {
    both(`a getter ${where} is called once, ${serialization}`, async (t, { share }) => {
      const child = share('echo.cjs', { serialization });
      let calls = 0;
      child.send(make(() => ++calls));
      const back = JSON.stringify(await new Inbox(child).next());
      t.is(calls, 1);
      t.true(back.startsWith('{"n":1') || back === '[1]' || back === '{"a":[{"b":{"n":1}}]}', back);
    });
  }
}

const disguised = {
  'an Error': () => Object.assign(new Error('e'), { code: 1 }),
  'a Date': () => Object.assign(new Date(0), { more: 1 }),
  'a RegExp': () => /r/g,
  'a boxed number': () => Object(1),
  'a Map': () => new Map([[1, 2]]),
  'a Set': () => new Set([1]),
  'an ArrayBuffer': () => new ArrayBuffer(2),
  'arguments': () => (function () { return arguments; })(1), // prettier-ignore
};

for (const [what, make] of Object.entries(disguised)) {
  compared(`${what} without a prototype, and with that of an object literal`, async (t, { share }) => {
    const child = share('describe-advanced.cjs', advanced);
    const inbox = new Inbox(child);
    const told = [];
    for (const prototype of [null, Object.prototype]) {
      const sent = outcome(() => child.send(Object.setPrototypeOf(make(), prototype)));
      told.push('returned' in sent ? await inbox.next() : sent);
    }
    return told;
  });
}
