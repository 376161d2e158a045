// A pool of workers behind one UDP socket, which outlives each of them (Unix only). Run: node examples/udp-pool/parent.js [port]
const dgram = require('node:dgram');
const { fork, Descriptor } = require('forkwire');

const WORKERS = 3;
const REQUESTS = 1000;

const socket = dgram.createSocket('udp4');
socket.bind(Number(process.argv[2] ?? 1337), '127.0.0.1', async () => {
  const { port } = socket.address();
  console.log(`bound to port ${port}`);
  // The parent keeps the socket for the workers to come, and reads nothing itself.
  const shared = new Descriptor(socket);
  socket.close();

  const workers = new Set();
  const start = () => {
    const worker = fork(`${__dirname}/worker.js`);
    workers.add(worker);
    worker.send('socket', shared, { keepOpen: true });
    worker.on('exit', () => {
      workers.delete(worker);
      if (!shared.closed) start();
    });
  };
  for (let n = 0; n < WORKERS; n++) start();

  // Amid the requests one worker is killed. The others go on, and another one takes its place.
  const answeredBy = await askAll(port, (pid) => process.kill(pid, 'SIGKILL'));
  console.log(`${REQUESTS} requests were answered`);
  console.log(`${answeredBy.size} workers answered, although only ${WORKERS} ran at a time`);
  shared.close();
  for (const worker of workers) worker.kill();
});

/** The client. A datagram may be lost with the worker that has read it, so what is not answered is asked again, as with any UDP. */
async function askAll(port, onHalf) {
  const { on } = require('node:events');
  const client = dgram.createSocket('udp4');
  const open = new Set();
  const answeredBy = new Set();
  let asked = 0;
  let answered = 0;
  const ask = (id) => client.send(String(id), port, '127.0.0.1');
  const askNext = () => {
    open.add(++asked);
    ask(asked);
  };
  const again = setInterval(() => open.forEach(ask), 100);
  for (let n = 0; n < 32; n++) askNext();
  for await (const [message] of on(client, 'message')) {
    const [id, pid] = message.toString().split(' ');
    if (!open.delete(Number(id))) continue; // asked twice
    answeredBy.add(pid);
    if (++answered === REQUESTS / 2) onHalf(Number(pid));
    // Until the worker that was started last has answered too.
    if (answered >= REQUESTS && answeredBy.size > WORKERS) break;
    askNext();
  }
  clearInterval(again);
  client.close();
  return answeredBy;
}
