// A worker of ../handoff.rs: answers HTTP on the connections that it is handed.
'use strict';
const http = require('node:http');

const server = http.createServer((_request, response) => response.end('hello\n'));
process.on('message', (_message, socket) => {
  // The parent may have retired this worker meanwhile, and not want to know.
  socket.on('close', () => process.connected && process.send(null, () => {}));
  server.emit('connection', socket);
});
