process.on('message', (m, socket) => {
  if (m === 'server') {
    socket.on('message', (request, from) => {
      socket.send('handled by child', from.port, from.address);
    });
    process.send('sharing');
  }
});
