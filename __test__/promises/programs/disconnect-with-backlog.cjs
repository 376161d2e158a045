// 3 MB are sent to a child that is busy, and then disconnect() is called: what arrives, what do the callbacks say?
const { block, fork, number, program, within } = require('../harness.cjs');
const { writeSync } = require('node:fs');

const total = 3000;

program({
  async parent() {
    const child = fork([], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    await within(10_000, child, 'message');
    let nulls = 0;
    let arrived = '';
    child.stdout.on('data', (text) => (arrived += text));
    for (let i = 0; i < total; i++) child.send('x'.repeat(1000), (error) => (nulls += error ? 0 : 1));
    child.disconnect();
    await within(10_000, child.stdout, 'close');
    return {
      kept: Number(arrived) === total && nulls === total,
      saw: `${number(Number(arrived))} of ${number(total)} arrived, ${number(nulls)} null`,
    };
  },
  child() {
    let count = 0;
    process.on('message', () => count++);
    process.on('disconnect', () => {
      writeSync(1, String(count));
      process.exit();
    });
    process.send('ready', () => block(300));
  },
});
