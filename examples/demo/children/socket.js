process.on('message', (m, socket) => {
  if (m === 'socket') {
    // The connection may have been closed on its way here.
    if (socket) {
      socket.once('data', (request) => {
        socket.end(`${request} handled with ${process.argv[2]} priority`);
      });
    }
  }
});
