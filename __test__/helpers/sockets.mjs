import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fixture, textOf } from './child.mjs';
import { once } from './events.mjs';

/** A server that listens on the loopback, or on a path, until the test ends. */
export async function listening(t, options = {}, where = { port: 0, host: '127.0.0.1' }) {
  const server = net.createServer(options);
  t.teardown(() => server.close());
  server.listen(where);
  await once(server, 'listening');
  return server;
}

let pipes = 0;

/** The path of a Unix domain socket, or of a pipe on Windows, that goes with the test. */
export function socketPath(t) {
  if (process.platform === 'win32') return `\\\\.\\pipe\\forkwire-test-${process.pid}-${++pipes}`;
  const folder = mkdtempSync(path.join(tmpdir(), 'forkwire-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return path.join(folder, 'socket');
}

const target = (address) => (typeof address === 'string' ? { path: address } : address);

/** A client's socket, connected to what `server.address()` says. */
export async function connected(t, server) {
  const client = net.connect(target(server.address()));
  t.teardown(() => client.destroy());
  await once(client, 'connect');
  return client;
}

/** Both ends of a connection: the client's, and the one that the server accepted. */
export async function connection(t, server) {
  const [[accepted], client] = await Promise.all([once(server, 'connection'), connected(t, server)]);
  t.teardown(() => accepted.destroy());
  return { client, accepted };
}

/** Everything that a connection to the server receives until its end, after sending `text`. */
export async function ask(t, server, text) {
  const client = await connected(t, server);
  if (text !== undefined) client.write(text);
  return textOf(client);
}

/** The same from another process, while this one is busy and does not accept. */
export const askWhileBusy = (server) =>
  execFileSync(process.execPath, [fixture('programs/connect.cjs'), JSON.stringify(server.address())], {
    encoding: 'utf8',
    timeout: 30_000,
  });
