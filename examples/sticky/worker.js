// A worker with socket.io, which knows nothing of the others. The front gives it connections.
const { randomUUID } = require('node:crypto');
const http = require('node:http');
const { Server } = require('socket.io');
const { handOver, receiveConnections } = require('forkwire');
const { workerOf } = require('./worker-of.js');

const own = Number(process.argv[2]);
const web = http.createServer();
const io = new Server(web);
// A session's name says whose it is.
io.engine.generateId = () => `${own}-${randomUUID()}`;
io.on('connection', (socket) => {
  let count = 0;
  socket.on('count', (reply) => reply({ worker: own, count: ++count }));
});

// A connection may carry requests of several sessions. Those of others go back to the front.
const door = http.createServer((request, response) => {
  if (isForeign(request)) handOver(process, { request }).catch(() => response.writeHead(503).end());
  else web.emit('request', request, response);
});
door.on('upgrade', (request, socket, head) => {
  if (isForeign(request)) handOver(process, { request, socket, head }).catch(() => socket.destroy());
  else web.emit('upgrade', request, socket, head);
});
const isForeign = (request) => ![own, undefined].includes(workerOf(request));

receiveConnections(door);
process.on('disconnect', () => process.exit());
