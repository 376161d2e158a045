// What keeps either process alive, what does not, and what each way of ending still writes.
const assert = require('node:assert/strict');
const { fork, native, next, testProgram } = require('../harness.cjs');

const TEXT = 'x'.repeat(1000);
const nothing = () => {};

/** Ways of a child to end by itself; what the parent receives of each, and the code it ends with. */
const ways = {
  'has no listener': { run: () => process.send('bye'), messages: 1, code: 0 },
  'removes its listener': {
    run() {
      process.on('message', nothing);
      process.off('message', nothing);
    },
    messages: 0,
    code: 0,
  },
  'removes all listeners': {
    run() {
      process.on('message', nothing);
      process.removeAllListeners('message');
    },
    messages: 0,
    code: 0,
  },
  'had a listener once': { run: () => process.once('message', nothing), messages: 0, code: 0 },
  unreferences: {
    run() {
      process.on('message', nothing);
      process.channel.unref();
    },
    messages: 0,
    code: 0,
  },
};

/** Here the child's end is forkwire's. */
const nativeWays = {
  throws: {
    run() {
      flood();
      throw new Error('meant');
    },
    messages: 5000,
    code: 1,
  },
  rejects: {
    run() {
      flood();
      void Promise.reject(new Error('meant'));
    },
    messages: 5000,
    code: 1,
  },
  "sends in its 'exit'": { run: () => process.on('exit', () => process.send('bye')), messages: 1, code: 0 },
};

/** A parent that ends by itself although its child goes on. */
const between = {
  run() {
    const inner = fork(['goes on']);
    inner.once('message', () => {
      inner.unref();
      inner.channel.unref();
      process.disconnect();
    });
  },
  messages: 0,
  code: 0,
};

const all = { ...ways, ...nativeWays, between };

testProgram({
  async parent() {
    const wanted = native ? all : ways;
    for (const [way, { messages, code }] of Object.entries(wanted)) {
      const child = fork([way], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      let count = 0;
      child.on('message', () => count++);
      child.send('once');
      const [ended] = await next(child, 'close');
      assert.deepEqual({ way, count, ended }, { way, count: messages, ended: code });
    }
  },
  child(way) {
    if (way !== 'goes on') {
      all[way].run();
      return;
    }
    process.on('message', nothing);
    process.send('ready');
  },
});

function flood() {
  for (let i = 0; i < 5000; i++) process.send(TEXT);
}
