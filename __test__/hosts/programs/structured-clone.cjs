// serialization: 'advanced'. What Bun and Deno send over their own channels is not in Node's format, and Bun has no other:
// that is an error, and the program goes on.
const assert = require('node:assert/strict');
const { Inbox, fork, guest, host, native, next, testProgram } = require('../harness.cjs');

const values = () =>
  [
    new Map([['a', new Set([1, 2])]]),
    new Uint8Array([1, 2, 3]),
    new Float64Array(10_000).fill(0.25),
    Buffer.alloc(100_000, 'buffer'),
    123n ** 20n,
    new Date(0),
    /re/giu,
    { plain: ['text', 1, null] },
    { undefined: undefined, nan: NaN },
    'x'.repeat(100_000),
  ].map((value) => ({ value }));

testProgram({
  async parent() {
    if (!native && (host === 'Bun' || guest !== 'Node')) return refused();
    const child = fork([], { serialization: 'advanced' });
    const inbox = new Inbox(child);
    for (const value of values()) {
      child.send(value);
      assert.deepEqual(await inbox.next(), value);
    }
    for (let i = 0; i < 1000; i++) child.send({ i: BigInt(i) });
    for (let i = 0; i < 1000; i++) assert.deepEqual(await inbox.next(), { i: BigInt(i) });
    assert.throws(() => child.send({ f() {} }), /could not be cloned|can not be cloned/);
    child.send('after');
    assert.equal(await inbox.next(), 'after');
    const close = next(child, 'close');
    child.disconnect();
    assert.deepEqual(await close, [0, null]);
  },
  child() {
    process.on('message', (message) => process.send(message));
  },
});

async function refused() {
  if (host === 'Bun') {
    assert.throws(() => fork([], { serialization: 'advanced' }), { code: 'ERR_INVALID_ARG_VALUE' });
  } else {
    // The child answers with data that is not in Node's format.
    const child = fork([], { serialization: 'advanced' });
    child.on('message', () => assert.fail('it was read'));
    child.send(new Map());
    const [error] = await next(child, 'error');
    assert.match(error.code, /^ERR_FORKWIRE_/);
    child.kill();
    await next(child, 'close');
  }
  const child = fork();
  child.send('json');
  assert.deepEqual(await next(child, 'message'), ['json', undefined]);
  child.disconnect();
  await next(child, 'close');
}
