// One generation of a server: HTTP, and WebSockets that echo every message. Told to retire, it hands over everything that it has,
// and ends once nothing is left.
const http = require('node:http');
const { WebSocketServer } = require('ws');
const { handOver, receiveConnections } = require('forkwire');
const { Frames } = require('./frames.js');

const generation = process.argv[2];
const web = http.createServer();
const webSockets = new WebSocketServer({ noServer: true });
const open = new Set();
let listener;
let retiring = false;

web.on('connection', (socket) => {
  open.add(socket);
  socket.on('close', () => {
    open.delete(socket);
    endIfDone();
  });
});

web.on('request', (request, response) => {
  if (retiring) return pass({ request }, () => response.writeHead(503).end());
  // The connection is idle once the answer is out.
  response.on('close', () => retiring && passIdle(request.socket));
  setTimeout(() => response.end(`generation ${generation}`), 5);
});

web.on('upgrade', (request, socket, head) => {
  if (retiring) return pass({ request, socket, head });
  const frames = new Frames();
  webSockets.handleUpgrade(request, socket, head, (client) => {
    client.on('error', () => {});
    client.on('message', (message) => client.send(`${message} from generation ${generation}`));
    // In front of the listener of ws, which decodes the bytes in place.
    socket.prependListener('data', (chunk) => frames.add(chunk));
    // The next generation takes up the request again, and its answer is not sent a second time.
    socket.move = () => pass({ request, socket, head: frames.rest, answered: true });
    if (retiring) socket.move();
  });
});

function retire() {
  retiring = true;
  receiving.close();
  listener.close(); // the parent and the next generation accept
  for (const socket of open) {
    if (socket.move) socket.move();
    else passIdle(socket);
  }
  endIfDone();
}

/** What is not idle is handed over with its next request, or after the answer to this one. */
const passIdle = (socket) => pass(socket, () => {});

function pass(connection, failed = () => connection.socket.destroy()) {
  handOver(process, connection).catch(failed);
}

function endIfDone() {
  if (retiring && open.size === 0 && process.connected) process.disconnect();
}

const receiving = receiveConnections(web);

process.on('disconnect', () => process.exit());
process.on('message', (word, server) => {
  if (word === 'listen') listener = server.on('connection', (socket) => web.emit('connection', socket));
  else if (word === 'retire') retire();
  else process.exit();
});
