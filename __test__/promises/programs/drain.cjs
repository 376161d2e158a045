// send() returns false. Is there an event when sending can continue?
const { block, fork, program, within } = require('../harness.cjs');

program({
  async parent() {
    const child = fork();
    await within(10_000, child, 'message');
    const drained = within(3000, child, 'drain');
    const text = 'x'.repeat(1000);
    let sent = 0;
    while (sent < 100_000 && child.send(text)) sent++;
    const told = (await drained) !== undefined;
    child.kill();
    return { kept: told, saw: told ? "'drain' comes" : "no 'drain'" };
  },
  child() {
    process.on('message', () => {});
    process.send('ready', () => block(500));
  },
});
