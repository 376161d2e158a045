// A child does not notice how it got its channel, and neither do its worker threads and children.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { Worker } = require('node:worker_threads');
const { fork, next, testProgram } = require('../harness.cjs');

const names = (env) => Object.keys(env).filter((name) => /^(FORKWIRE|NODE)_CHANNEL/.test(name));

/** Deno has a function there that does nothing useful. */
const inWorker = `
  const { parentPort } = require('node:worker_threads');
  let sends = false;
  try {
    sends = process.send('from a worker') !== undefined;
  } catch {}
  parentPort.postMessage(sends ? 'a channel' : 'no channel');
`;

testProgram({
  async parent() {
    const child = fork(['one', '--two']);
    assert.deepEqual(
      child.spawnargs.filter((word) => String(word).includes('preload.js')),
      [],
    );
    const [seen] = await next(child, 'message');
    assert.deepEqual(seen, {
      args: ['one', '--two'],
      execArgv: [],
      variables: [],
      inherited: '',
      connected: true,
      worker: 'no channel',
    });
    child.disconnect();
    assert.deepEqual(await next(child, 'close'), [0, null]);
    assert.deepEqual(names(process.env), []);
  },
  child(...args) {
    process.on('message', () => {});
    const inherited = String(spawnSync('sh', ['-c', 'env | grep _CHANNEL || true']).stdout);
    const execArgv = process.execArgv.filter((word) => /require|preload/.test(word));
    const { connected } = process;
    new Worker(inWorker, { eval: true }).on('message', (worker) =>
      process.send({ args, execArgv, variables: names(process.env), inherited, connected, worker }),
    );
  },
});
