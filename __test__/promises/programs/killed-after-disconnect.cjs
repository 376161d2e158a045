// The same after disconnect(): the channel waits for the answer, and the child is killed.
const { connection, fork, program, stop, within } = require('../harness.cjs');

program({
  async parent() {
    const child = fork();
    await within(10_000, child, 'message');
    await stop(child);
    const { client, accepted } = await connection();
    const errors = [];
    child.on('error', ({ code }) => errors.push(code));
    child.send('a socket', accepted, () => {});
    child.disconnect();
    const disconnected = within(3000, child, 'disconnect');
    const ended = within(3000, client.resume(), 'close');
    child.kill('SIGKILL');
    const saw = [
      (await disconnected) ? "'disconnect'" : "no 'disconnect'",
      (await ended) ? 'the client sees the end' : 'the connection stays open',
      errors.length === 0 ? 'no error' : errors.join(', '),
    ];
    return { kept: saw.join() === "'disconnect',the client sees the end,no error", saw: saw.join(', ') };
  },
  child() {
    process.on('message', () => {});
    process.send('ready');
  },
});
