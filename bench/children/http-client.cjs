// A client that opens a connection for each request, in a process of its own: node http-client.cjs PORT REQUESTS
const { once } = require('node:events');
const net = require('node:net');

const [, , port, requests] = process.argv;
const AT_ONCE = 16;
const WARM_UP = 3_000;
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

const ask = () =>
  new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), '127.0.0.1');
    socket.on('error', reject).on('close', resolve).resume().write(REQUEST);
  });

function askMany(count) {
  let left = count;
  const one = async () => {
    while (left-- > 0) await ask();
  };
  return Promise.all(Array.from({ length: AT_ONCE }, one));
}

async function main() {
  await askMany(WARM_UP);
  process.stdout.write('warm\n');
  await once(process.stdin, 'data');
  await askMany(Number(requests));
  process.stdout.write('done\n');
  process.stdin.destroy();
}

void main();
