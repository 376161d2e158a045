// A worker of parent.js: answers the datagrams that it reads from the socket it is sent.
process.on('message', (word, descriptor) => {
  const socket = descriptor.toDatagramSocket();
  socket.on('message', (id, client) => {
    socket.send(`${id} ${process.pid}`, client.port, client.address);
  });
});
process.on('disconnect', () => process.exit());
