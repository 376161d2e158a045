// A 'message' listener throws once, and the program handles uncaught exceptions. Do the other messages still come?
const { fork, program, within } = require('../harness.cjs');

program({
  async parent() {
    const child = fork([], { stdio: ['ignore', 'inherit', 'ignore', 'ipc'] });
    for (let i = 0; i < 10; i++) child.send(i);
    child.send('end');
    const [report] = (await within(5000, child, 'message')) ?? [{ messages: [], caught: 0 }];
    child.kill();
    const { messages, caught } = report;
    return {
      kept: messages.length === 10 && caught === 1,
      saw: `${messages.length} of 10 messages, ${caught} uncaught exception`,
    };
  },
  child() {
    const messages = [];
    let caught = 0;
    process.on('uncaughtException', () => caught++);
    process.on('message', (message) => {
      if (message === 'end') return void process.send({ messages, caught });
      messages.push(message);
      if (message === 3) throw new Error('thrown by a listener');
    });
  },
});
