// What is queued before disconnect() arrives; 'close' is the last event; the members are up to date; a second disconnect()
// and a late send() are errors, and none of them is fatal.
const assert = require('node:assert/strict');
const { stop } = require('../../promises/harness.cjs');
const { fork, library, next, start, testProgram } = require('../harness.cjs');

testProgram({
  async parent() {
    await queued();
    await late();
    await killed();
    await absent();
  },
  child() {
    let count = 0;
    process.on('message', () => count++);
    process.on('disconnect', () => process.stdout.write(String(count)));
    process.send('ready');
  },
});

async function queued() {
  const child = fork([], { silent: true });
  await next(child, 'message');
  await stop(child);
  const text = 'x'.repeat(1000);
  for (let i = 0; i < 3000; i++) child.send(text);
  const events = [];
  for (const event of ['disconnect', 'exit', 'close']) child.on(event, () => events.push(event));
  let count = '';
  child.stdout.setEncoding('utf8').on('data', (part) => (count += part));
  child.disconnect();
  assert.equal(child.connected, false);
  process.kill(child.pid, 'SIGCONT');
  await next(child, 'close');
  assert.deepEqual([...events].sort(), ['close', 'disconnect', 'exit']);
  assert.equal(events.at(-1), 'close');
  assert.equal(count, '3000');
  assert.equal(child.exitCode, 0);
  assert.equal(child.channel, null);
}

async function late() {
  const child = fork([], { silent: true });
  await next(child, 'message');
  child.disconnect();
  const [error] = await new Promise((resolve) => child.send('late', (...args) => resolve(args)));
  assert.equal(error.code, 'ERR_IPC_CHANNEL_CLOSED');
  const again = next(child, 'error');
  child.disconnect();
  assert.equal((await again)[0].code, 'ERR_IPC_DISCONNECTED');
  await next(child, 'close');
}

async function killed() {
  const child = fork([], { silent: true });
  await next(child, 'message');
  let settled = 0;
  const text = 'x'.repeat(10_000);
  for (let i = 0; i < 2000; i++) child.send(text, () => settled++);
  process.kill(child.pid, 'SIGKILL');
  const [code, signal] = await next(child, 'close');
  assert.deepEqual([code, signal], [null, 'SIGKILL']);
  assert.equal(settled, 2000);
}

async function absent() {
  const child = library.fork('none.js', { ...start, execPath: '/no/such/program', execArgv: [] });
  const [error] = await next(child, 'error');
  assert.equal(error.code, 'ENOENT');
}
