// A worker of server.js: serves HTTP on the server that it is sent.
const http = require('node:http');

process.once('message', (word, server) => {
  const web = http.createServer((request, response) => {
    if (request.url === '/crash') process.kill(process.pid, 'SIGKILL');
    response.end(`worker ${process.pid}`);
  });
  server.on('connection', (socket) => web.emit('connection', socket));
});
process.on('disconnect', () => process.exit());
