import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { build } from 'esbuild';
import { onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import test from '../helpers/test.mjs';

// A message that is one Buffer, typed array or DataView is written and read without V8's serializer, which is the oracle here.
const { writeSingle, readSingle, PartsSerializer, MessageDeserializer } = await load();

async function load() {
  const folder = fileURLToPath(new URL('../../src/serialization/', import.meta.url));
  const contents = ['single-view', 'message-serializer', 'message-deserializer']
    .map((name) => `export * from './${name}.ts';`)
    .join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const module = { exports: {} };
  const require = createRequire(import.meta.url);
  new Function('module', 'exports', 'require', outputFiles[0].text)(module, module.exports, require);
  return module.exports;
}

function byV8(message) {
  const serializer = new PartsSerializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  const bytes = serializer.releaseBuffer();
  return Buffer.concat(serializer.area?.parts(bytes) ?? [bytes]);
}

function readByV8(bytes) {
  const deserializer = new MessageDeserializer(bytes, []);
  deserializer.readHeader();
  return deserializer.readValue();
}

const joined = (written) => Buffer.concat(Array.isArray(written) ? written : [written]);
const lengths = [0, 1, 7, 127, 128, 129, 16_383, 16_384, 16_385, 16_391, 65_536, 2_097_151, 2_097_152];
const filled = (length) => Buffer.allocUnsafeSlow(length).map((_, at) => at * 7);

test('the bytes of one view are those that V8 writes, and both read them alike', (t) => {
  for (const length of lengths) {
    const buffer = filled(length);
    for (const view of [
      buffer,
      new Uint8Array(buffer),
      Buffer.concat([Buffer.alloc(3), buffer]).subarray(3),
    ]) {
      const bytes = joined(writeSingle(view));
      t.true(bytes.equals(byV8(view)), `${view.constructor.name} of ${length}`);
      for (const read of [readSingle(bytes), readByV8(bytes)]) {
        t.is(read.constructor, view.constructor);
        t.true(Buffer.from(read.buffer, read.byteOffset, read.byteLength).equals(buffer), `${length}`);
      }
    }
  }
});

const kinds = [
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
];

test('typed arrays of each kind, and DataViews, are written and read as V8 does it', (t) => {
  for (const Kind of kinds) {
    const size = Kind.BYTES_PER_ELEMENT ?? 1;
    for (const elements of [0, 1, 16, 100, 2047, 16_384]) {
      for (const offset of [0, size, 8 * size]) {
        const { buffer } = filled(offset + elements * size);
        const view = new Kind(buffer, offset, elements);
        const bytes = joined(writeSingle(view));
        t.true(bytes.equals(byV8(view)), `${Kind.name} of ${elements}, at ${offset}`);
        // Where the message lies in memory decides whether its elements can be read where they are.
        for (const shift of [0, 1, 2, 4]) {
          const moved = Buffer.concat([Buffer.alloc(shift), bytes]).subarray(shift);
          t.true(isDeepStrictEqual(readSingle(moved), view));
          t.true(isDeepStrictEqual(readByV8(moved), view));
        }
      }
    }
  }
});

test('a subclass, and what calls itself something else, is written as V8 does it', (t) => {
  class Bytes extends Uint8Array {}
  const inherited = Object.setPrototypeOf(Buffer.alloc(3), {
    __proto__: Buffer.prototype,
    constructor: null,
  });
  const pretending = new Float64Array(2);
  pretending.constructor = Uint8Array;
  for (const view of [new Bytes(3), inherited, pretending]) {
    t.true(joined(writeSingle(view)).equals(byV8(view)));
  }
});

test('bytes that are not whole elements are left to V8', (t) => {
  const bytes = byV8(new Float64Array(2));
  bytes[5] -= 1;
  t.is(readSingle(bytes.subarray(0, -1)), undefined);
});

test('what is not exactly one view of memory of its own is left to V8', (t) => {
  const others = [
    new Uint8Array(new SharedArrayBuffer(3)),
    new ArrayBuffer(3),
    [new Uint8Array(3)],
    'text',
    null,
  ];
  if (globalThis.Float16Array) others.push(new Float16Array(3));
  for (const message of others) {
    t.is(writeSingle(message), undefined);
    if (!(message instanceof ArrayBuffer)) t.is(readSingle(byV8({ message })), undefined);
  }
});

test('damaged bytes of one view are read as V8 reads them, or refused as it refuses them', (t) => {
  const outcome = (read, bytes) => {
    try {
      const value = read(bytes);
      return value === undefined ? undefined : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    } catch {
      return 'refused';
    }
  };
  const wholes = [5, 200, 20_000].map((length) => filled(length));
  wholes.push(new Float64Array(3), new Int16Array(100), new Uint32Array(5_000));
  for (const view of wholes) {
    const whole = joined(writeSingle(view));
    const places = [...Array(12).keys(), ...Array.from({ length: 8 }, (_, at) => whole.length - 1 - at)];
    for (const at of places) {
      for (const byte of [0, 1, 2, 0x7f, 0x80, 0xff]) {
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        const single = outcome(readSingle, bytes);
        if (single !== undefined) t.deepEqual(single, outcome(readByV8, bytes), `byte ${at} is ${byte}`);
      }
    }
    for (const cut of [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, whole.length - 1]) {
      const bytes = whole.subarray(0, cut);
      const single = outcome(readSingle, bytes);
      if (single !== undefined) t.deepEqual(single, outcome(readByV8, bytes), `cut at ${cut}`);
    }
  }
});

onlyForkwire('Buffers of every size arrive as Buffers of their own contents', async (t, { share }) => {
  const child = share('echo.cjs', { serialization: 'advanced' });
  const inbox = new Inbox(child);
  const sent = lengths.map(filled);
  for (const buffer of sent) child.send(buffer);
  for (const [at, got] of (await inbox.take(sent.length)).entries()) {
    t.true(Buffer.isBuffer(got) && got.equals(sent[at]), `${sent[at].length}`);
  }
});
