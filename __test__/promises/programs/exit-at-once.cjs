// A child sends 20,000 messages of 1 KB and calls process.exit() in the same tick. How many arrive?
const { fork, number, program, within } = require('../harness.cjs');

const total = 20_000;

program({
  async parent() {
    const child = fork();
    let arrived = 0;
    let ordered = true;
    child.on('message', ({ i }) => (ordered &&= i === arrived++));
    await Promise.all([within(15_000, child, 'exit'), within(15_000, child, 'disconnect')]);
    return {
      kept: arrived === total && ordered,
      saw: `${number(arrived)} of ${number(total)}`,
    };
  },
  child() {
    const text = 'x'.repeat(1000);
    for (let i = 0; i < total; i++) process.send({ i, text });
    process.exit(0);
  },
});
