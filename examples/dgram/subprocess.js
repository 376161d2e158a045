// The child of parent.js: answers datagrams of the socket it is sent.
process.on('message', (m, server) => {
  if (m === 'server') {
    server.on('message', (request, client) => {
      server.send('handled by child', client.port, client.address);
    });
  }
});
