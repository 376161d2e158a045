// A socket that the process was started with, as by systemd: it listens, and goes on to a child.
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const http = require('node:http');
const { fork, host, testProgram, textOf } = require('../harness.cjs');
const { inheritedServers } = require('../../../dist/index.js');

/** In Node, whatever this runtime is: listens, and starts the program with the socket as descriptor 3. */
const ACTIVATOR = `
  const [, library, ...program] = process.argv;
  const { Descriptor } = require(library);
  const server = require('node:net').createServer().listen(0, '127.0.0.1', () => {
    const { fd } = new Descriptor(server);
    const env = { ...process.env, LISTEN_FDS: '1', LISTEN_FDNAMES: 'web', PORT: server.address().port };
    const command = ['-c', 'LISTEN_PID=$$ exec "$0" "$@"', ...program];
    require('node:child_process').spawn('sh', command, { env, stdio: ['ignore', 'inherit', 'inherit', fd] });
    server.close();
  });`;

const RUN = host === 'Deno' ? ['run', '--allow-all', '--quiet', '--no-config', '--no-lock'] : [];

testProgram({
  async parent() {
    const library = require.resolve('../../../dist/index.js');
    const program = [process.execPath, ...RUN, process.argv[1], 'child', 'activated'];
    const activator = spawn('node', ['-e', ACTIVATOR, library, ...program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    assert.equal(await textOf(activator.stdout), 'here and in the child');
  },
  child(role) {
    if (role === 'activated') void activated();
    else serve();
  },
});

function serve() {
  process.once('message', (message, server) => {
    const web = http.createServer((request, response) => {
      response.end('in the child', () => server.close());
    });
    server.on('connection', (socket) => web.emit('connection', socket));
    process.send('listening');
  });
}

async function activated() {
  const [web, ...others] = inheritedServers();
  assert.deepEqual([web.name, web.type, others.length], ['web', 'socket', 0]);
  assert.equal(process.env.LISTEN_FDS, undefined);
  const server = web.duplicate().toServer();
  server.once('connection', (socket) =>
    socket.resume().end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhere'),
  );
  process.stdout.write(await ask());
  await new Promise((resolve) => server.close(resolve));
  const child = fork(['worker']);
  child.send('serve', web);
  child.once('message', async () => {
    process.stdout.write(` and ${await ask()}`);
    child.disconnect();
    web.close();
  });
}

function ask() {
  return new Promise((resolve, reject) => {
    const options = { port: process.env.PORT, host: '127.0.0.1', agent: false };
    http.get(options, (response) => resolve(textOf(response))).on('error', reject);
  });
}
