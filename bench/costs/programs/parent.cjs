// Sends json messages of 100 B to a child, or receives them: `parent.cjs WAY COUNT`. Everything else it does is independent
// of COUNT.
const { existsSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { fork } = require('../../../dist/index.js');
const { BURST, message } = require('./messages.cjs');

const [, , way, words, signal] = process.argv;
const count = Number(words);
const child = fork(join(__dirname, 'child.cjs'), [way, signal], { execArgv: [] });

const ways = {
  /** One message there and one back, then the next. */
  answered() {
    let left = count;
    const next = () => (left-- > 0 ? child.send(message) : child.disconnect());
    child.on('message', next);
    next();
  },

  /** As many as the socket holds in one turn of the loop; the child answers the last one. */
  sent() {
    let left = count / BURST;
    const next = () => {
      if (left-- === 0) return child.disconnect();
      for (let i = 0; i < BURST; i++) child.send(message);
    };
    child.on('message', next);
    next();
  },

  /** As many as the socket holds. This process reads only after all of them have arrived there. */
  received() {
    let left = count / BURST;
    let arrived = 0;
    const next = () => {
      if (left-- === 0) return child.disconnect();
      child.send('burst');
      while (!existsSync(signal));
      rmSync(signal);
    };
    child.on('message', () => {
      if (++arrived % BURST === 0) next();
    });
    next();
  },
};

ways[way]();
