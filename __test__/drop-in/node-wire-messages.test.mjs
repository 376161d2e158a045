import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { exited, when } from '../helpers/child.mjs';
import cloneValues from '../helpers/clone-values.cjs';
import { Inbox } from '../helpers/inbox.mjs';
import jsonValues from '../helpers/json-values.cjs';
import { overNodeWire, sameAsStock } from '../helpers/node-wire.mjs';
import { outcome } from '../helpers/outcome.mjs';
import patterned from '../helpers/patterned.cjs';
import sendCases from '../helpers/send-cases.cjs';
import { stop } from '../helpers/stopped.mjs';

const digest = (content) => createHash('sha1').update(content).digest('hex');
const throughJson = (value) => JSON.parse(JSON.stringify(value));
const advanced = { serialization: 'advanced' };
// The echo has a plain prototype where the original had none.
const unchanged = Object.entries(cloneValues.values).filter(([kind]) => kind !== 'object without prototype');

overNodeWire('each kind of value as JSON has it, there and back', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  const entries = Object.entries(jsonValues.values);
  for (const [, value] of entries) child.send(value);
  const back = await inbox.take(entries.length);
  for (const [i, [kind, value]] of entries.entries()) t.deepEqual(back[i], throughJson(value), kind);
});

overNodeWire('the child reads the same json values as were sent', async (t, { share }) => {
  const child = share('compare-json-values.cjs');
  const entries = Object.entries(jsonValues.values);
  for (const [kind, value] of entries) child.send({ kind, value });
  const verdicts = await new Inbox(child).take(entries.length);
  t.deepEqual(
    verdicts.filter(({ same }) => !same),
    [],
  );
});

overNodeWire('each kind of value whole in advanced mode, there and back', async (t, { share }) => {
  const child = share('echo.cjs', advanced);
  const inbox = new Inbox(child);
  for (const [, value] of unchanged) child.send(value);
  const back = await inbox.take(unchanged.length);
  for (const [i, [kind, value]] of unchanged.entries()) t.true(isDeepStrictEqual(back[i], value), kind);
});

overNodeWire('the child reads the same values in advanced mode', async (t, { share }) => {
  const child = share('compare-clone-values.cjs', advanced);
  for (const [kind, value] of unchanged) child.send({ kind, value });
  const verdicts = await new Inbox(child).take(unchanged.length);
  t.deepEqual(
    verdicts.filter(({ same, prototype }) => !same || !prototype),
    [],
  );
});

overNodeWire('a Buffer arrives as a Buffer, and a Uint8Array does not', async (t, { share }) => {
  const child = share('digest.cjs', advanced);
  const inbox = new Inbox(child);
  const echo = share('echo.cjs', advanced);
  const back = new Inbox(echo);
  for (const value of [Buffer.from('bytes'), new Uint8Array([1, 2, 3]), Buffer.alloc(100_000, 'x')]) {
    child.send(value);
    echo.send({ nested: [value] });
    t.is((await inbox.next()).type, value.constructor.name);
    const [nested] = (await back.next()).nested;
    t.is(Buffer.isBuffer(nested), Buffer.isBuffer(value));
    t.deepEqual(nested, value);
  }
});

sameAsStock('what becomes of values that are not carried whole', async (t, { fork }) => {
  const child = fork('describe-advanced.cjs', advanced);
  const inbox = new Inbox(child);
  const results = [];
  for (const [kind, make] of Object.entries(cloneValues.odd)) {
    const { returned, ...thrown } = outcome(() => child.send({ value: make() }));
    results.push([kind, returned === undefined ? thrown : (await inbox.next()).text]);
  }
  return results;
});

sameAsStock('what faulty calls of send() do', (t, { fork }) => {
  const child = fork('idle.cjs');
  child.on('error', () => {});
  return sendCases.outcomes(child);
});

for (const serialization of ['json', 'advanced']) {
  overNodeWire(`20,000 messages there and back, in order, ${serialization}`, async (t, { share }) => {
    const child = share('echo.cjs', { serialization });
    const inbox = new Inbox(child);
    let settled = 0;
    for (let i = 0; i < 20_000; i++)
      child.send({ i, text: 'some text' }, (error) => (settled += error === null));
    const back = await inbox.take(20_000);
    t.true(back.every(({ i }, at) => i === at));
    t.is(settled, 20_000);
  });

  overNodeWire(`sizes around the edges of reads, both ways, ${serialization}`, async (t, { share }) => {
    const child = share('echo.cjs', { serialization });
    const inbox = new Inbox(child);
    const make = serialization === 'json' ? patterned.text : patterned.bytes;
    const contents = [0, 1, 127, 128, 255, 256, 16_384, 65_535, 65_536, 65_537, 1 << 20].map((size) =>
      make(size, size),
    );
    for (const content of contents) child.send(content);
    const back = await inbox.take(contents.length);
    t.deepEqual(back.map(digest), contents.map(digest));
  });

  overNodeWire(`16 MiB there and back, and the message after it, ${serialization}`, async (t, { share }) => {
    const child = share('echo.cjs', { serialization });
    const inbox = new Inbox(child);
    const content = (serialization === 'json' ? patterned.text : patterned.bytes)(16 << 20);
    child.send(content);
    child.send('after it');
    t.is(digest(await inbox.next()), digest(content));
    t.is(await inbox.next(), 'after it');
  });

  overNodeWire(`every callback is called when the child is killed, ${serialization}`, async (t, { fork }) => {
    const child = fork('idle.cjs', { serialization });
    child.on('error', () => {});
    await stop(child);
    const text = 'x'.repeat(1024);
    let accepted = 0;
    const all = Array.from({ length: 20_000 }, (_, i) => {
      const { promise, resolve } = settling();
      if (child.send({ i, text }, resolve)) accepted++;
      return promise;
    });
    t.true(accepted < 20_000);
    const closed = when(child, 'close');
    child.kill('SIGKILL');
    const errors = await Promise.all(all);
    await closed;
    const failed = errors.filter((error) => error !== null);
    t.true(failed.length > 10_000 && failed.length < 20_000);
    t.true(failed.every((error) => error instanceof Error));
    // The messages that were taken came first.
    t.true(errors.slice(0, errors.length - failed.length).every((error) => error === null));
  });
}

function settling() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

overNodeWire('characters of several bytes survive wherever a read ends', async (t, { share }) => {
  const child = share('echo.cjs');
  const texts = [1, 2, 3, 4, 5].map((n) => 'x'.repeat(n) + '日本𝒳é'.repeat(40_000));
  for (const text of texts) child.send(text);
  const back = await new Inbox(child).take(texts.length);
  t.true(back.every((text, i) => text === texts[i]));
});

overNodeWire("Node's own messages are 'internalMessage' in parent and child", async (t, { fork }) => {
  const child = fork('report-events.cjs');
  const inbox = new Inbox(child);
  child.send({ cmd: 'NODE_something', n: 1 });
  t.deepEqual(await inbox.next(), { event: 'internalMessage', message: { cmd: 'NODE_something', n: 1 } });
  for (const message of [{ cmd: 'NODE_' }, { cmd: 'node_x' }, { cmd: 1 }, { text: '{"cmd":"NODE_x"}' }]) {
    child.send(message);
    t.deepEqual(await inbox.next(), { event: 'message', message });
  }
  const internal = when(fork('say-then-internal.cjs'), 'internalMessage');
  t.regex((await internal)[0].cmd, /^NODE_/);
});

overNodeWire('messages that the child sent before it fell off its end all come', async (t, { fork }) => {
  const child = fork('send-then-end.cjs', ['falling off the end', '20000', '1000']);
  const received = [];
  child.on('message', ({ i }) => received.push(i));
  await Promise.all([when(child, 'disconnect'), exited(child)]);
  t.is(received.length, 20_000);
  t.true(received.every((i, at) => i === at));
});
