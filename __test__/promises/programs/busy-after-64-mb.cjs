// A child sends one message of 64 MB and then computes for three seconds. Does all of it arrive before the end?
const { block, fork, program, within } = require('../harness.cjs');

program({
  async parent() {
    const child = fork();
    const [{ length }] = (await within(20_000, child, 'message')) ?? [{}];
    const arrived = Date.now();
    const [end] = (await within(20_000, child, 'message')) ?? [];
    child.kill();
    if (length !== 64e6 || end === undefined) return { kept: false, saw: 'it does not arrive' };
    const early = end - arrived;
    const saw = early > 0 ? 'arrives while the child computes' : 'arrives after the child has computed';
    return { kept: early > 0, saw };
  },
  child() {
    process.send('x'.repeat(64e6));
    block(3000);
    process.send(Date.now());
    process.on('message', () => {});
  },
});
