// send() throws because of the message: is the socket that should have gone with it still usable?
const { connection, fork, program, within } = require('../harness.cjs');

program({
  async parent() {
    const child = fork();
    await within(10_000, child, 'message');
    const { client, accepted } = await connection();
    let thrown = 'nothing';
    try {
      child.send({ big: 1n }, accepted);
    } catch (error) {
      thrown = error.name;
    }
    client.setEncoding('utf8');
    const reply = within(2000, client, 'data');
    if (!accepted.destroyed && accepted._handle !== null) accepted.write('still here');
    const usable = (await reply)?.[0] === 'still here';
    child.kill();
    return {
      kept: thrown === 'TypeError' && usable,
      saw: `throws ${thrown}; the socket ${usable ? 'works' : 'is lost'}`,
    };
  },
  child() {
    process.on('message', () => {});
    process.send('ready');
  },
});
