// A parent has already read some data of a connection when it sends the socket. Who gets that data?
const { connection, fork, pause, program, within } = require('../harness.cjs');

program({
  async parent() {
    const child = fork();
    await within(10_000, child, 'message');
    const { client, accepted } = await connection({});
    accepted.pause();
    accepted.read(0);
    client.write('early ');
    while (accepted.readableLength === 0) await pause(1);
    const answer = within(3000, child, 'message');
    child.send('take it', accepted);
    client.end('late');
    const [text] = (await answer) ?? ['nothing'];
    child.kill();
    return { kept: text === 'early late', saw: `the child reads "${text}"` };
  },
  child() {
    process.on('message', (message, socket) => {
      let text = '';
      socket.setEncoding('utf8');
      socket.on('data', (data) => (text += data));
      socket.on('end', () => process.send(text));
      socket.resume();
    });
    process.send('ready');
  },
});
