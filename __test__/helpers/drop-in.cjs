/** Shared by the programs in fixtures/drop-in. They use node:child_process and know nothing of forkwire. */
const { once } = require('node:events');
const path = require('node:path');

const fixture = (name) => path.join(__dirname, '..', 'fixtures', name);

const ipc = ['ignore', 'inherit', 'inherit', 'ipc'];

/** Starts a child that echoes, and reports what came back and over which wire. */
async function exchange(child, message = { hello: ['world', 'Grüße'] }) {
  const answer = once(child, 'message');
  child.send(message);
  const [back] = await answer;
  child.disconnect();
  await once(child, 'exit');
  return { back, wire: child.wire ?? 'none' };
}

const forkEcho = (fork, options) => exchange(fork(fixture('echo.cjs'), { stdio: ipc, ...options }));

const spawnEcho = (spawn, options) =>
  exchange(spawn(process.execPath, [fixture('echo.cjs')], { stdio: ipc, ...options }));

const report = (value) => require('node:fs').writeFileSync(1, JSON.stringify(value));

module.exports = { exchange, fixture, forkEcho, ipc, report, spawnEcho };
