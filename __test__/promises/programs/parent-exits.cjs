// A parent sends 20,000 messages of 1 KB to a child that reads, and calls process.exit(). How many arrive?
const { fork, number, program, scratch, within } = require('../harness.cjs');
const { readFileSync, writeFileSync } = require('node:fs');

const total = 20_000;

program({
  async parent() {
    const { file, remove } = scratch();
    const middle = fork(['middle', file]);
    await within(15_000, middle, 'exit');
    // The innermost child writes what it has received when its channel ends, which is after its parent's exit.
    let arrived = '';
    for (let tries = 0; tries < 100 && arrived === ''; tries++) {
      try {
        arrived = readFileSync(file, 'utf8');
      } catch {
        await within(100, middle, 'never');
      }
    }
    remove();
    return { kept: Number(arrived) === total, saw: `${number(Number(arrived))} of ${number(total)}` };
  },
  child(role, file) {
    if (role === 'middle') {
      const inner = fork(['inner', file]);
      inner.on('message', () => {
        const text = 'x'.repeat(1000);
        for (let i = 0; i < total; i++) inner.send({ i, text });
        process.exit(0);
      });
      return;
    }
    let count = 0;
    process.on('message', () => count++);
    process.on('disconnect', () => {
      writeFileSync(`${file}.part`, String(count));
      require('node:fs').renameSync(`${file}.part`, file);
    });
    process.send('ready');
  },
});
