// A socket is on its way to a child that is killed before it answers. Is everybody informed?
const { connection, fork, program, stop, within } = require('../harness.cjs');

program({
  async parent() {
    const child = fork();
    await within(10_000, child, 'message');
    await stop(child);
    const { client, accepted } = await connection();
    let settled = 0;
    child.send('a socket', accepted, () => settled++);
    for (let i = 0; i < 3; i++) child.send('after it', () => settled++);
    const disconnected = within(3000, child, 'disconnect');
    const ended = within(3000, client.resume(), 'close');
    child.kill('SIGKILL');
    const saw = [
      (await disconnected) ? "'disconnect'" : "no 'disconnect'",
      (await ended) ? 'the client sees the end' : 'the connection stays open',
      `${settled} of 4 callbacks`,
    ];
    return {
      kept: saw.join() === "'disconnect',the client sees the end,4 of 4 callbacks",
      saw: saw.join(', '),
    };
  },
  child() {
    process.on('message', () => {});
    process.send('ready');
  },
});
