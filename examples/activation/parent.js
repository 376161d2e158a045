// A stand-in for systemd: opens a socket, starts server.js with it, and sends it requests. With systemd itself, server.js is
// the service's program. Unix only. Run: node examples/activation/parent.js [port]
const { spawn } = require('node:child_process');
const http = require('node:http');
const net = require('node:net');
const { Descriptor } = require('forkwire');

const REQUESTS = 400;

const listener = net.createServer();
listener.listen(Number(process.argv[2] ?? 1337), '127.0.0.1', async () => {
  const { port } = listener.address();
  console.log(`listening on port ${port}`);
  const passed = new Descriptor(listener);
  listener.close();

  // The passed descriptors begin with number 3, and LISTEN_PID is the process that gets them.
  const command = 'LISTEN_PID=$$ exec "$0" "$@"';
  const service = spawn('sh', ['-c', command, process.execPath, `${__dirname}/server.js`], {
    stdio: ['inherit', 'inherit', 'inherit', passed.fd],
    env: { ...process.env, LISTEN_FDS: '1', LISTEN_FDNAMES: 'web' },
  });
  passed.close();

  const workers = new Set();
  while (workers.size < 2) workers.add(await ask(port));
  // A worker that crashes in a request fails that one. The others wait in the socket, and are answered.
  await ask(port, '/crash').catch(() => {});
  let answered = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (answered < REQUESTS) {
        await ask(port);
        answered += 1;
      }
    }),
  );
  console.log(`after a crash, ${REQUESTS} requests were answered, and none failed`);
  service.kill();
});

function ask(port, path = '/') {
  return new Promise((resolve, reject) => {
    const request = http.get({ port, path, host: '127.0.0.1', agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve(text);
    });
    request.on('error', reject);
  });
}
