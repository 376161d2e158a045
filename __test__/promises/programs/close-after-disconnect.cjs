// The parent disconnects, the child ends: does 'close' come, and last?
const { fork, program, within } = require('../harness.cjs');

program({
  async parent() {
    const child = fork();
    await within(10_000, child, 'message');
    const events = [];
    for (const event of ['disconnect', 'exit', 'close']) child.on(event, () => events.push(event));
    child.disconnect();
    await within(3000, child, 'close');
    return { kept: events.join() === 'disconnect,exit,close', saw: events.join(', ') };
  },
  child() {
    process.on('message', () => {});
    process.send('ready');
  },
});
