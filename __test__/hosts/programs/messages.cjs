// Every kind of JSON, both ways, in order; a megabyte; a burst; then both processes end by themselves.
const assert = require('node:assert/strict');
const { Inbox, fork, next, testProgram } = require('../harness.cjs');

const values = [
  null,
  true,
  -0.5,
  'ünïcödé \u{1F600} "quoted" \\ \n',
  '',
  [],
  {},
  [1, [2, [3, { four: [5] }]]],
  { cmd: 'NODE', nested: { a: null, b: [false] } },
  'x'.repeat(1 << 20),
];

testProgram({
  async parent() {
    const child = fork();
    const inbox = new Inbox(child);
    assert.deepEqual(await inbox.next(), { unasked: 1 });
    for (const value of values) child.send(value);
    for (const value of values) assert.deepEqual(await inbox.next(), value);
    for (let i = 0; i < 5000; i++) child.send({ i });
    for (let i = 0; i < 5000; i++) assert.deepEqual(await inbox.next(), { i });
    const close = next(child, 'close');
    child.send('end');
    assert.deepEqual(await close, [0, null]);
  },
  child() {
    process.on('message', (message) => {
      if (message === 'end') process.disconnect();
      else process.send(message);
    });
    process.send({ unasked: 1 });
  },
});
