// One UDP socket, shared by two processes (Unix only). Run: node examples/dgram/parent.js [port]
const { fork } = require('forkwire');
const subprocess = fork(`${__dirname}/subprocess.js`);

const server = require('node:dgram').createSocket('udp4');
server.on('message', (request, client) => {
  server.send('handled by parent', client.port, client.address);
});
server.bind(Number(process.argv[2] ?? 1337), '127.0.0.1', async () => {
  subprocess.send('server', server);

  const { port } = server.address();
  console.log(`bound to port ${port}`);
  for (const answer of await askUntilBothAnswered(port)) console.log(answer);
  server.close();
  // The child's copy of the socket keeps it running, so it has to be told to stop.
  subprocess.kill();
});

// The client. Which process reads a datagram is for the kernel to decide, so ask until both have.
async function askUntilBothAnswered(port) {
  const { on } = require('node:events');
  const client = require('node:dgram').createSocket('udp4');
  const answers = new Set();
  const ask = () => client.send('request', port, '127.0.0.1');
  for (let n = 0; n < 10; n++) ask();
  for await (const [answer] of on(client, 'message')) {
    answers.add(answer.toString());
    if (answers.size === 2) break;
    ask();
  }
  client.close();
  return [...answers].sort();
}
