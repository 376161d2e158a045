// Closes the sockets it is sent; replies when so many as argv says have come.
const { Sequence } = require('../lib/sequence.cjs');

// Asking a socket for its peer costs a considerable part of what is measured, so only some are asked.
const ASKED_EVERY = 16;

const awaited = Number(process.argv[2]);
let sequence = new Sequence();
let faults = 0;

process.on('message', ({ seq, port }, socket) => {
  sequence.add(seq);
  // The socket that came with this message must be the one that was sent with it.
  if (!socket || (seq % ASKED_EVERY === 0 && socket.remotePort !== port)) faults++;
  socket?.destroy();
  if (sequence.count !== awaited) return;
  process.send({ count: sequence.count, sum: sequence.sum, faults });
  sequence = new Sequence();
  faults = 0;
});
