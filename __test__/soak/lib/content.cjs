// The content of message n of a stream. Both sides know it, so that only the message itself is sent.
const { Random, mix } = require('./random.cjs');

/** Every message is a different piece of these, so that a lost, doubled or misplaced byte is noticed. */
const bytes = Buffer.from(
  Uint32Array.from(
    { length: 1 << 20 },
    (
      (state) => () =>
        (state = mix(state, 1))
    )(1),
  ).buffer,
);
const ascii = bytes.toString('base64');
const wide = bytes.subarray(0, 1 << 20).toString('utf16le');

const cut = (pool, random, size) => {
  const from = random.between(0, Math.max(0, pool.length - size));
  return pool.slice(from, from + size);
};

const text = (random, size) => cut(ascii, random, size);
const chunk = (random, size) => Buffer.from(cut(bytes, random, size));
const numbers = (random, size) => Array.from(cut(bytes, random, Math.ceil(size / 4)));

const nested = (random, size, depth) =>
  depth === 0 ? text(random, size) : { [`k${depth}`]: nested(random, size, depth - 1), depth };

const json = [
  text,
  text,
  (random, size, n) => ({ n, text: text(random, size) }),
  (random, size, n) => ({ n, text: text(random, size) }),
  (random, size) => cut(wide, random, Math.min(size, 10_000)),
  (random, size) => numbers(random, Math.min(size, 100_000)),
  (random, size) => nested(random, size, random.between(1, 60)),
  (random, size, n) => ({ cmd: 'NODE_', n, '': null, 'a\nb': [true, false, -1.5, 1e300, ''] }),
  (random) => random.pick([0, 1, -1, 0.1, true, false, null, '', [], {}]),
];

const circular = (n) => {
  const value = { n };
  value.self = value;
  return value;
};

const advanced = [
  ...json,
  chunk,
  (random, size, n) => ({ n, chunk: chunk(random, size) }),
  (random, size) => new Uint8Array(chunk(random, size)),
  (random, size) => Float64Array.from(numbers(random, Math.min(size, 100_000))),
  (random, size, n) => new Map([[n, text(random, size)], ['buffer', chunk(random, size)]]), // prettier-ignore
  (random, size) => new Set(numbers(random, Math.min(size, 1000))),
  (random, size, n) => ({ at: new Date(n), big: BigInt(n) ** 7n, none: undefined, not: NaN, zero: -0 }),
  (random, size, n) => circular(n),
];

const small = (random) => random.between(1, 200);
const large = (random) => random.between(100_000, 4 << 20);
const mixed = (random) => {
  const where = random.next();
  if (where < 0.6) return small(random);
  if (where < 0.88) return random.between(200, 8_000);
  return where < 0.995 ? random.between(8_000, 200_000) : large(random);
};
const sizes = { small, mixed, large };

/** The kinds of connections of a `net.Socket`, and the other things that can be sent. */
const things = ['tcp', 'unix', 'server', 'dgram'];

function handlesOf(random, { handles, arrays }) {
  if (!random.chance(handles)) return undefined;
  const kind = () => random.pick(['tcp', 'unix', random.pick(things)]); // mostly sockets
  if (!arrays || random.chance(0.6)) return { kinds: [kind()], array: false };
  return { kinds: Array.from({ length: random.between(1, 6) }, kind), array: true };
}

/**
 * @param {object} stream one direction of a channel
 * @param {number} n counts from 0
 * @returns {{message: unknown, size: number, handles: {kinds: string[], array: boolean} | undefined}}
 */
function contentOf(stream, n) {
  const random = new Random(mix(stream.seed, n));
  const handles = handlesOf(random, stream);
  const size = sizes[stream.sizes](random);
  return { message: random.pick(stream.advanced ? advanced : json)(random, size, n), size, handles };
}

module.exports = { contentOf };
