// A primary of node:cluster and its two workers: node cluster.cjs REQUESTS
const cluster = require('node:cluster');
const { once } = require('node:events');
const http = require('node:http');
const { measure, used } = require('../lib/serve-http.cjs');

const WORKERS = 2;

function worker() {
  process.on('message', () => process.send(used()));
  http.createServer((request, response) => response.end('ok')).listen(0, '127.0.0.1');
}

async function primary() {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const workers = [];
  let at;
  for (let i = 0; i < WORKERS; i++) {
    const one = cluster.fork();
    [{ port: at }] = await once(one, 'listening');
    workers.push(one);
  }
  const values = await measure(at, Number(process.argv[2]), workers);
  process.stdout.write(JSON.stringify({ wire: workers[0].process.wire ?? 'stock', ...values }));
  cluster.disconnect();
}

if (cluster.isWorker) worker();
else void primary();
