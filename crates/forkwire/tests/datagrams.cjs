// A child for tests/windows_descriptors.rs: answers datagrams on the socket that it gets.
process.once('message', (message, socket) => {
  socket.on('message', (text, { port, address }) => socket.send(`got ${text}`, port, address));
  process.send(socket.constructor.name);
});
