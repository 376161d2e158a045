// 20,000 sends with callbacks to a child that reads nothing and is killed. What do the callbacks get?
const { block, fork, number, pause, program, within } = require('../harness.cjs');

const total = 20_000;

program({
  async parent() {
    const child = fork();
    await within(10_000, child, 'message');
    let nulls = 0;
    let errors = 0;
    const events = [];
    for (const event of ['disconnect', 'exit', 'close']) child.on(event, () => events.push(event));
    const text = 'x'.repeat(1000);
    for (let i = 0; i < total; i++) child.send(text, (error) => (error ? errors++ : nulls++));
    const closed = within(5000, child, 'close');
    child.kill('SIGKILL');
    await closed;
    await pause(200); // for callbacks that come twice, or late
    // The kernel takes a few megabytes at the most, on any wire.
    const kept = nulls + errors === total && errors > total / 2 && events.at(-1) === 'close';
    return { kept, saw: `${number(nulls)} null, ${number(errors)} errors; ${events.join(', ')}` };
  },
  child() {
    process.on('message', () => {});
    process.send('ready', () => block(60_000));
  },
});
