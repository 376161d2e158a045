// Connections dealt to two children by priority. Run: node examples/socket/parent.js [port]
const { fork } = require('forkwire');
const normal = fork(`${__dirname}/subprocess.js`, ['normal']);
const special = fork(`${__dirname}/subprocess.js`, ['special']);

// Open up the server and send sockets to child. Use pauseOnConnect to prevent
// the sockets from being read before they are sent to the child process.
const server = require('node:net').createServer({ pauseOnConnect: true });
server.on('connection', (socket) => {
  // If this is special priority... (a second loopback address, so that one machine shows both;
  // on macOS it needs: sudo ifconfig lo0 alias 127.0.0.2)
  if (socket.remoteAddress === '127.0.0.2') {
    special.send('socket', socket);
    return;
  }
  // This is normal priority.
  normal.send('socket', socket);
});
server.listen(Number(process.argv[2] ?? 1337), '127.0.0.1', async () => {
  const { port } = server.address();
  console.log(`listening on port ${port}`);
  for (const localAddress of ['127.0.0.1', '127.0.0.2', '127.0.0.1']) {
    console.log(`${localAddress}: ${await ask(port, localAddress)}`);
  }
  server.close();
  normal.disconnect();
  special.disconnect();
});

// A client: what the server answered.
function ask(port, localAddress) {
  const { connect } = require('node:net');
  const { text } = require('node:stream/consumers');
  return text(connect({ port, host: '127.0.0.1', localAddress }));
}
