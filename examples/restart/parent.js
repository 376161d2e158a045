// A server is replaced by its next generation again and again, under load, and no request fails: connections that are open move,
// WebSockets too. Needs ws. Run: node examples/restart/parent.js
const net = require('node:net');
const { once } = require('node:events');
const { fork, handOver, receiveConnections } = require('forkwire');
const { Load } = require('./load.js');

const RESTARTS = 4;
let current;

// The server of all generations. What this process accepts itself, and what a generation gives away, goes to the current one.
const listener = net.createServer({ pauseOnConnect: true }, (socket) => {
  handOver(current, socket).catch(() => socket.destroy());
});

function start(generation) {
  const child = fork(`${__dirname}/server.js`, [String(generation)]);
  child.send('listen', listener);
  receiveConnections(listener, child);
  return child;
}

async function main() {
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  current = start(1);
  const clients = new Load(listener.address().port);
  const ended = [];
  for (let generation = 2; generation <= RESTARTS + 1; generation++) {
    await clients.goOn();
    const old = current;
    current = start(generation);
    old.send('retire');
    ended.push(once(old, 'exit'));
  }
  await clients.goOn();
  await clients.stop();
  listener.close();
  current.send('end');
  ended.push(once(current, 'exit'));
  for (const [code] of await Promise.all(ended)) {
    if (code !== 0) throw new Error(`a server ended with ${code}`);
  }
  console.log(`${RESTARTS} restarts, answers of ${clients.generations.size} generations, none failed`);
}

main();
