// A real nats-server for the tests of forkwire/nats. Without one, they are skipped.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from '@nats-io/transport-node';
import { natsPort } from 'forkwire/nats';
import { findNatsServer } from '../../scripts/lib/nats-server.mjs';
import { once } from './events.mjs';
import test from './test.mjs';
import { waitingFor } from './waits.mjs';

const program = findNatsServer();

/** A test that needs nats-server: `npm run setup:nats` fetches it on Debian. */
export const withNats =
  program === undefined
    ? (title, body) => test.skip(`${title} (nats-server not found)`, body)
    : (title, body) => test(title, body);

let subjects = 0;
/** A subject of its own. */
export const newSubject = () => `test.${process.pid}.${++subjects}`;

/** Starts a server of the test's own. @param {string} [config] lines of its configuration */
export async function startServer(t, config = '') {
  const folder = mkdtempSync(join(tmpdir(), 'forkwire-nats-'));
  const port = await freePort();
  const file = join(folder, 'nats.conf');
  writeFileSync(file, `host: 127.0.0.1\nport: ${port}\nwrite_deadline: "10s"\n${config}\n`);
  let child = await run(t, file);
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return {
    port,
    url: `127.0.0.1:${port}`,
    /** Ends it at once. What it holds is lost. */
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    /** Starts it again, on the same port. */
    async start() {
      child = await run(t, file);
    },
  };
}

async function run(t, file) {
  const child = spawn(program, ['--config', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  // The test ends it; nobody waits for that.
  t.teardown(() => void child.kill('SIGKILL'));
  const lines = [];
  const ready = new Promise((resolve, reject) => {
    createInterface(child.stderr).on('line', (line) => {
      lines.push(line);
      if (line.includes('Server is ready')) resolve();
    });
    child.once('exit', () => reject(new Error(`nats-server has ended:\n${lines.join('\n')}`)));
  });
  await waitingFor('nats-server', ready);
  child.unref();
  child.stderr.unref();
  return child;
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** A connection that ends with the test. */
export async function connectTo(t, { url }, options) {
  const connection = await connect({
    servers: url,
    reconnectTimeWait: 20,
    maxReconnectAttempts: -1,
    ...options,
  });
  t.teardown(() => connection.close());
  return connection;
}

let shared;
/** The server of the file. */
export async function sharedServer() {
  return (shared ??= startServer({ teardown: (end) => process.once('exit', end) }));
}

/** Two ports of one subject, each with a connection of its own. */
export async function twoPorts(t, options, { server, subject = newSubject() } = {}) {
  const at = server ?? (await sharedServer());
  const [here, there] = await Promise.all([connectTo(t, at), connectTo(t, at)]);
  return {
    subject,
    connection: here,
    workerConnection: there,
    requester: natsPort(here, subject, options),
    worker: natsPort(there, subject, options),
  };
}

/** Serves, and waits until the server knows it. */
export async function serve(connection, port, handler, options) {
  const serving = port.serve(handler, options);
  await connection.flush();
  return serving;
}
