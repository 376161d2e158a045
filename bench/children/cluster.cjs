// A primary of node:cluster, its two workers, and, as the third role, a client that opens a connection for each request.
const cluster = require('node:cluster');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');

const [, , requests, role, port] = process.argv;
const WORKERS = 2;
const AT_ONCE = 16;
const WARM_UP = 3_000;
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

/** Microseconds of CPU time so far. */
const used = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

function worker() {
  process.on('message', () => process.send(used()));
  http.createServer((request, response) => response.end('ok')).listen(0, '127.0.0.1');
}

async function client() {
  const ask = () =>
    new Promise((resolve, reject) => {
      const socket = net.connect(Number(port), '127.0.0.1');
      socket.on('error', reject).on('close', resolve).resume().write(REQUEST);
    });
  const askMany = (count) => {
    let left = count;
    const one = async () => {
      while (left-- > 0) await ask();
    };
    return Promise.all(Array.from({ length: AT_ONCE }, one));
  };
  await askMany(WARM_UP);
  process.stdout.write('warm\n');
  await once(process.stdin, 'data');
  await askMany(Number(requests));
  process.stdout.write('done\n');
  process.stdin.destroy();
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
  const usedBy = async (one) => {
    one.send('used');
    return (await once(one, 'message'))[0];
  };
  const sum = async () =>
    (await Promise.all(workers.map(usedBy))).reduce((total, microseconds) => total + microseconds, 0);
  const asking = spawn(process.execPath, [__filename, requests, 'client', String(at)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(asking.stdout, 'data');
  const [ofWorkers, own, begun] = [await sum(), used(), performance.now()];
  asking.stdin.write('go\n');
  await once(asking.stdout, 'data');
  const seconds = (performance.now() - begun) / 1000;
  const [primaryUsed, workersUsed] = [used() - own, (await sum()) - ofWorkers];
  process.stdout.write(
    JSON.stringify({
      wire: workers[0].process.wire ?? 'stock',
      rate: requests / seconds,
      primary: primaryUsed / requests,
      workers: workersUsed / requests,
    }),
  );
  cluster.disconnect();
}

if (cluster.isWorker) worker();
else if (role === 'client') void client();
else void primary();
