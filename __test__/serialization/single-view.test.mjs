import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import test from '../helpers/test.mjs';

// A message that is one Buffer or Uint8Array is written and read without V8's serializer, which is the oracle here.
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

test('what is not exactly one Buffer or Uint8Array of memory of its own is left to V8', (t) => {
  class Sub extends Uint8Array {}
  for (const message of [
    new Sub(3),
    new Uint16Array(3),
    new DataView(new ArrayBuffer(3)),
    new Uint8Array(new SharedArrayBuffer(3)),
    new ArrayBuffer(3),
    [new Uint8Array(3)],
    'text',
    null,
  ]) {
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
  for (const length of [5, 200, 20_000]) {
    const whole = joined(writeSingle(filled(length)));
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
