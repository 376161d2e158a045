// One TCP server, shared by two processes. Run: node examples/server/parent.js [port]
const { fork } = require('forkwire');
const subprocess = fork(`${__dirname}/subprocess.js`);

// Open up the server object and send the handle.
const server = require('node:net').createServer();
server.on('connection', (socket) => {
  socket.end('handled by parent');
});
server.listen(Number(process.argv[2] ?? 1337), async () => {
  subprocess.send('server', server);

  const { port } = server.address();
  console.log(`listening on port ${port}`);
  for (const answer of await askUntilBothAnswered(port)) console.log(answer);
  server.close();
  // The child's copy of the server keeps it running, so it has to be told to stop.
  subprocess.kill();
});

// The clients. Which process accepts a connection is for the kernel to decide, so ask until both have.
async function askUntilBothAnswered(port) {
  const { connect } = require('node:net');
  const { text } = require('node:stream/consumers');
  const answers = new Set();
  while (answers.size < 2) {
    const round = Array.from({ length: 20 }, () => text(connect(port)));
    for (const answer of await Promise.all(round)) answers.add(answer);
  }
  return [...answers].sort();
}
