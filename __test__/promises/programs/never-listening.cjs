// A child that never listens is sent 200 MB. How much does it grow, and does it get everything when it finally listens?
const { fork, number, program, residentMiB, settled, within } = require('../harness.cjs');

const total = 200_000;

program({
  async parent() {
    const child = fork();
    await within(10_000, child, 'message');
    const idle = residentMiB(child.pid);
    const text = 'x'.repeat(1000);
    let taken = 0;
    let accepted = true;
    for (let i = 0; i < total; i++) accepted = child.send(text, () => taken++);
    await settled(() => taken);
    const grown = (await settled(() => residentMiB(child.pid))) - idle;
    const answer = within(20_000, child, 'message');
    child.kill('SIGUSR2');
    child.send('end');
    const arrived = (await answer)?.[0] ?? 0;
    child.kill();
    return {
      kept: grown <= 16 && !accepted && arrived === total,
      saw: `grows by ${grown} MiB; send() returns ${accepted}; ${number(arrived)} of ${number(total)} in the end`,
    };
  },
  child() {
    process.on('SIGUSR2', () => {
      let count = 0;
      process.on('message', (message) => {
        if (message === 'end') process.send(count);
        else count++;
      });
    });
    setInterval(() => {}, 1000);
    process.send('ready');
  },
});
