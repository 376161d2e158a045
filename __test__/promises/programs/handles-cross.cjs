// Both sides send a thousand sockets at the same time. Does each arrive?
const { fork, program, within } = require('../harness.cjs');
const net = require('node:net');

const total = 1000;

/** Connects to itself `total` times, and sends what it accepts. */
function offer(end) {
  const server = net.createServer({ pauseOnConnect: true }, (socket) => {
    socket.on('error', () => {});
    end.send('socket', socket);
  });
  server.listen(0, '127.0.0.1', 511, () => {
    for (let i = 0; i < total; i++) {
      net
        .connect(server.address().port, '127.0.0.1')
        .on('error', () => {})
        .resume();
    }
  });
}

program({
  async parent() {
    const child = fork();
    await within(10_000, child, 'message');
    let received = 0;
    let theirs = 0;
    child.on('message', (message, socket) => {
      if (socket !== undefined) {
        received++;
        socket.destroy();
      } else theirs = message;
    });
    offer(child);
    const deadline = Date.now() + 20_000;
    let before = -1;
    while (received + theirs < 2 * total && Date.now() < deadline && before !== received + theirs) {
      before = received + theirs;
      await within(3000, child, 'never');
    }
    child.kill();
    return {
      kept: received === total && theirs === total,
      saw: `${received} and ${theirs} of ${total} each`,
    };
  },
  child() {
    let received = 0;
    process.on('message', (message, socket) => {
      socket?.destroy();
      if (socket !== undefined && ++received % 100 === 0) process.send(received);
    });
    process.send('ready', () => offer(process));
  },
});
