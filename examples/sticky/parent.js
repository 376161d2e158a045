// socket.io on several workers: each request goes to the worker that has its session, whichever connection it comes on. Needs
// socket.io and socket.io-client. Run: node examples/sticky/parent.js
const http = require('node:http');
const { once } = require('node:events');
const { fork, handOver, receiveConnections } = require('forkwire');
const { workerOf } = require('./worker-of.js');
const { load } = require('./load.js');

const WORKERS = 3;
const workers = Array.from({ length: WORKERS }, (_, i) => fork(`${__dirname}/worker.js`, [String(i)]));
let next = 0;

const choose = (request) => workers[workerOf(request) ?? next++ % WORKERS] ?? workers[0];

const front = http.createServer((request, response) => {
  handOver(choose(request), { request }).catch(() => response.writeHead(503).end());
});
front.on('upgrade', (request, socket, head) => {
  handOver(choose(request), { request, socket, head }).catch(() => socket.destroy());
});
for (const worker of workers) receiveConnections(front, worker); // what they give back

async function main() {
  await once(front.listen(0, '127.0.0.1'), 'listening');
  const { answers, used } = await load(front.address().port);
  console.log(`${answers} answers in order from ${used} workers`);
  front.close();
  for (const worker of workers) worker.disconnect();
}

main();
