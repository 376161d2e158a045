// A child sends three small messages and then computes for three seconds. When do they arrive?
const { block, fork, program, within } = require('../harness.cjs');

program({
  async parent() {
    const child = fork();
    const times = [];
    child.on('message', (sent) => times.push(Date.now() - sent));
    await within(10_000, child, 'exit');
    const late = Math.max(...times);
    const shown = times.map((ms) => (ms < 500 ? 'at once' : `${(ms / 1000).toFixed(1)} s late`));
    return { kept: times.length === 3 && late < 1000, saw: shown.join(', ') };
  },
  child() {
    const now = Date.now();
    for (let i = 0; i < 3; i++) process.send(now);
    block(3000);
    setTimeout(() => process.exit(), 100);
  },
});
