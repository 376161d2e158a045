// A Redis of its own, in memory.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** @param {string} place a folder */
export async function redis(place) {
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    place,
  ];
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve, reject) => {
    server.on('error', () => reject(new Error('redis-server is not installed')));
    server.on('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
    let text = '';
    server.stdout.on('data', (data) => {
      text += data;
      if (text.includes('Ready to accept connections')) resolve();
    });
  });
  return { env: { REDIS_PORT: String(port) }, end: () => server.kill() };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
