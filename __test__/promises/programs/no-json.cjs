// A message whose toJSON() returns undefined has no JSON text. Who is informed?
const { fork, program, within } = require('../harness.cjs');

program({
  async parent() {
    const child = fork([], { stdio: ['ignore', 'inherit', 'ignore', 'ipc'] });
    await within(10_000, child, 'message');
    let thrown = 'nothing';
    try {
      child.send({ toJSON() {} });
    } catch (error) {
      thrown = error.code ?? error.name;
    }
    const echo = within(3000, child, 'message');
    child.send('another');
    const alive = (await echo)?.[0] === 'another';
    const exit = alive ? 'the child goes on' : 'the child is gone or silent';
    child.kill();
    return { kept: thrown !== 'nothing' && alive, saw: `send() throws ${thrown}, ${exit}` };
  },
  child() {
    process.on('message', (message) => process.send(message));
    process.send('ready');
  },
});
