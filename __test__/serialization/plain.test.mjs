// Messages that look plain, and of which a structured clone still knows more than JSON. Such as are plain travel as JSON.
import { compared } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { outcome } from '../helpers/outcome.mjs';

const advanced = { serialization: 'advanced' };
const nested = (depth, inner) => (depth === 0 ? inner : { in: nested(depth - 1, inner) });
const hidden = (object, key, value) => Object.defineProperty(object, key, { value, enumerable: false });

/** `run` counts what of the message is run. */
const messages = {
  'a getter among data': (run) => ({ a: 1, get b() { return run(2); }, c: 3 }), // prettier-ignore
  'a getter after an object': (run) => {
    const inner = { x: 1 };
    return { inner, get changed() { return (inner.x = run(2)); } }; // prettier-ignore
  },
  'a getter inside that changes what comes later': (run) => {
    const message = { inner: { get x() { return (message.later = run(2)); } }, later: 1 }; // prettier-ignore
    return message;
  },
  'a getter that throws': (run) => ({ get a() { run(); throw new RangeError('from the getter'); } }), // prettier-ignore
  'a getter with a setter': (run) => ({ get a() { return run(1); }, set a(_) { run(); } }), // prettier-ignore
  'a setter alone': (run) => ({ a: 1, set b(_) { run(); } }), // prettier-ignore
  'a getter that is not enumerable': (run) => Object.defineProperty({ a: 1 }, 'b', { get: () => run(2) }),
  'a getter whose key is a symbol': (run) => ({ a: 1, get [Symbol('s')]() { return run(2); } }), // prettier-ignore
  'a getter under a number': (run) => ({ a: 1, get 7() { return run(2); } }), // prettier-ignore
  'a getter under __proto__': (run) =>
    Object.defineProperty({ a: 1 }, '__proto__', { get: () => run(2), enumerable: true }),
  'a getter of the class': (run) => new (class { a = 1; get b() { return run(2); } })(), // prettier-ignore
  'an element with a getter, and a Date': (run) => [
    Object.defineProperty([0, 1], 1, { get: () => run(2), enumerable: true }),
    new Date(0),
  ],
  'an element with a getter that is not enumerable': (run) =>
    Object.defineProperty([0, 1], 1, { get: () => run(2) }),
  'a trap of a Proxy': (run) => ({ a: new Proxy({}, { ownKeys: () => run([]), get: () => run(1) }) }),
  'toJSON of a literal': (run) => ({ a: 1, toJSON: () => run('json') }),
  'toJSON that is not enumerable': (run) => ({ a: hidden({ b: 1 }, 'toJSON', () => run('json')) }),
  'toJSON of a list': (run) => ({ a: hidden([1], 'toJSON', () => run('json')) }),
  'toJSON of the class': (run) => ({ a: new (class { b = 1; toJSON() { return run('json'); } })() }), // prettier-ignore
  'toJSON that is data': () => [{ toJSON: 1 }, { toJSON: undefined }],
  'list with a property': () => ({ list: Object.assign([1, 2], { more: true }) }),
  'list with a property that is not enumerable': () => hidden([1, 2], 'more', true),
  'list with a hole and a property': () => [Object.assign([1, , 3], { more: true })],
  'list with holes alone': () => [new Array(3), [,]],
  'list of another prototype': () => [Object.setPrototypeOf([1], null), class List extends Array {}.of(1)],
  'result of a match': () => ({ match: /b(?<rest>.)/.exec('abc') }),
  'arguments': () => [(function () { return arguments; })(1, 2)], // prettier-ignore
  'a literal without a prototype': () => [{ __proto__: null, a: 1 }, { __proto__: null }],
  'a literal with the prototype of another': () => ({ __proto__: { inherited: 1 }, own: 2 }),
  'an own key __proto__': () => [JSON.parse('{"__proto__":{"a":1},"b":2}')],
  'an own key constructor': () => ({ constructor: null, hasOwnProperty: 1, valueOf: 'v', length: 0 }),
  'symbols as keys': () => ({ a: 1, [Symbol('s')]: 2, [Symbol.toStringTag]: 'Map' }),
  'frozen and sealed': () => [Object.freeze({ a: Object.freeze([1]) }), Object.seal([Object.seal({})])],
  'an object twice in a row': () => { const a = {}; return [a, a]; }, // prettier-ignore
  'an object twice, far apart': () => { const a = { a: 1 }; return [a, {}, [], [[]], { in: [a] }]; }, // prettier-ignore
  'the second of many objects again': () => { const a = []; return [{}, a, {}, {}, {}, a]; }, // prettier-ignore
  'the third of many objects again': () => { const a = []; return [{}, {}, a, {}, {}, a]; }, // prettier-ignore
  'itself, deep inside': () => { const a = { b: [{ c: {} }] }; a.b[0].c.d = a; return a; }, // prettier-ignore
  'a list in itself': () => { const a = [1]; a.push(a); return a; }, // prettier-ignore
  'as many objects as are looked at': () => nested(15, []),
  'more objects than are looked at': () => nested(16, { date: new Date(0) }),
  'as many values as are looked at': () => Array.from({ length: 63 }, (_, i) => i),
  'more values than are looked at': () => Array.from({ length: 65 }, (_, i) => (i === 64 ? undefined : i)),
  'more keys than are looked at': () =>
    Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`key${i}`, i === 64 ? new Date(0) : i])),
  'numbers that JSON does not have': () => [NaN, -0, Infinity].map((number) => ({ number })),
  undefined: () => [{ a: undefined }, [undefined]],
  'text of all sorts': () => ({ '\ud800': '\udc00', ü: '日本', '"\\\n': '\u2028\0', '': '' }),
};

// On stock, the one that throws while it is cloned throws the same.
for (const [what, make] of Object.entries(messages)) {
  compared(`${what}: what is run when it is sent, and what arrives`, async (t, { share }) => {
    const child = share('describe-advanced.cjs', advanced);
    const inbox = new Inbox(child);
    let runs = 0;
    const message = make((value) => (runs++, value));
    const sent = outcome(() => child.send(message));
    const ran = runs;
    return 'returned' in sent ? [ran, (await inbox.next()).text] : [ran, sent];
  });
}

const prototypes = {
  'toJSON of all objects': [Object.prototype, { value: () => 'json' }, 'toJSON'],
  'toJSON of all lists': [Array.prototype, { value: () => 'json' }, 'toJSON'],
  'data in all objects': [Object.prototype, { value: 1, enumerable: true }, 'everywhere'],
  'undefined in all objects': [Object.prototype, { value: undefined, enumerable: true }, 'everywhere'],
  'a getter in all objects': [Object.prototype, { get: () => 1, enumerable: true }, 'everywhere'],
  'a name for all objects': [Object.prototype, { value: 'Map' }, Symbol.toStringTag],
};

for (const [what, [prototype, descriptor, key]] of Object.entries(prototypes)) {
  compared(`${what}, by a changed prototype`, async (t, { share }) => {
    const child = share('describe-advanced.cjs', advanced);
    const inbox = new Inbox(child);
    Object.defineProperty(prototype, key, { ...descriptor, configurable: true });
    try {
      child.send({ a: [1, { b: 'two' }], c: {} });
    } finally {
      delete prototype[key];
    }
    return (await inbox.next()).text;
  });
}
