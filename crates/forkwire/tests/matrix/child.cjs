// A Node child: sends back whatever comes, handles included, and makes some of its own. What examples/echo.rs does.
'use strict';
const net = require('node:net');

process.on('message', (message, handle) => {
  if (message === 'listen') {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      process.send(`127.0.0.1:${server.address().port}`, server, () => server.close());
    });
  } else if (message?.connect) {
    const socket = net.connect(message.connect, '127.0.0.1', () => process.send('connected', socket));
  } else {
    // A server is shared when it is sent: this process ends when its own is closed.
    const servers = [handle].flat().filter((thing) => thing instanceof net.Server);
    process.send(message, handle, () => servers.forEach((server) => server.close()));
  }
});
