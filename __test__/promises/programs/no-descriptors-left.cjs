// A child that may open ten more descriptors is sent thirty sockets. Are the others lost?
const { connection, fork, program, within } = require('../harness.cjs');
const { execFileSync } = require('node:child_process');
const { readdirSync } = require('node:fs');

program({
  async parent() {
    const child = fork();
    await within(10_000, child, 'message');
    const limit = readdirSync(`/proc/${child.pid}/fd`).length + 10;
    execFileSync('prlimit', ['--pid', String(child.pid), `--nofile=${limit}`]);
    let received = 0;
    let ended = 0;
    let refused = 0;
    child.on('message', () => received++);
    for (let i = 0; i < 30; i++) {
      const { client, accepted } = await connection();
      client.resume().on('close', () => ended++);
      child.send('hold', accepted, (error) => {
        if (!error) return;
        refused++;
        accepted.destroy(); // still this process's, and usable
      });
    }
    await within(2000, child, 'never');
    const alive = within(3000, child, 'message');
    child.send('still there?');
    const lives = (await alive) !== undefined;
    const said = received - (lives ? 1 : 0);
    child.kill();
    return {
      kept: lives && refused > 0 && refused === ended && said + refused === 30,
      saw: `${said} received, ${refused} refused to the sender, ${30 - said - refused} in nobody's hands; the channel ${lives ? 'lives' : 'is dead'}`,
    };
  },
  child() {
    const held = [];
    process.on('message', (message, socket) => {
      if (socket !== undefined) held.push(socket);
      if (socket !== undefined || message !== 'hold') process.send(message);
    });
    process.on('error', () => {});
    process.send('ready');
  },
});
