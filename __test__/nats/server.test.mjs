// What the server has been told: limits, users, TLS.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { natsPort } from 'forkwire/nats';
import { waitingFor } from '../helpers/waits.mjs';
import {
  connectTo,
  newSubject,
  serve,
  sharedServer,
  startServer,
  twoPorts,
  withNats,
} from '../helpers/nats.mjs';

withNats("messages of the server's size limit pass, and larger ones are refused", async (t) => {
  const server = await startServer(t, 'max_payload: 100KB');
  const { requester, worker, workerConnection, connection } = await twoPorts(t, {}, { server });
  const limit = connection.info.max_payload;
  await serve(workerConnection, worker, (text) => text);
  const text = 'x'.repeat(limit - 2);
  t.is(await requester.request(text), text);
  const error = await t.throwsAsync(requester.request(`${text}x`), {
    code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE',
  });
  t.true(error.message.includes(`${limit + 1} bytes`) && error.message.includes(`${limit} are allowed`));
  t.throws(() => requester.postMessage(`${text}x`), { code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE' });
  await t.throwsAsync(requester.post(`${text}x`), { code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE' });
});

withNats('an error whose description is too large arrives as one that says so', async (t) => {
  const server = await startServer(t, 'max_payload: 10KB');
  const { requester, worker, workerConnection } = await twoPorts(t, {}, { server });
  await serve(workerConnection, worker, () => {
    throw new Error('x'.repeat(20_000));
  });
  await t.throwsAsync(requester.request(1), {
    message: /description of what the handler threw has \d+ bytes/,
  });
});

withNats('maxMessageSize limits what is sent and what is read', async (t) => {
  const { subject, requester, worker, workerConnection, connection } = await twoPorts(t);
  const small = natsPort(connection, subject, { maxMessageSize: 100 });
  await serve(workerConnection, worker, (n) => 'x'.repeat(n));
  await t.throwsAsync(small.request('x'.repeat(100)), { code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE' });
  await t.throwsAsync(small.request(100), { code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE' });
  t.is((await small.request(98)).length, 98);
  t.is((await requester.request(100)).length, 100);
});

withNats('users and their passwords are those of the connection', async (t) => {
  const server = await startServer(t, 'authorization { user: "u", password: "secret" }');
  await t.throwsAsync(connect({ servers: server.url, reconnect: false }), { name: 'AuthorizationError' });
  const connection = await connectTo(t, server, { user: 'u', pass: 'secret' });
  const port = natsPort(connection, newSubject());
  port.serve((n) => n);
  t.is(await port.request(1), 1);
});

const USERS = `authorization { users: [
  { user: all, password: p }
  { user: requester, password: p, permissions: { publish: "open.>", subscribe: ["mine.>", "open.>"] } }
] }`;

withNats('what the server forbids rejects, with the permission that is missing', async (t) => {
  const server = await startServer(t, USERS);
  const all = await connectTo(t, server, { user: 'all', pass: 'p' });
  const connection = await connectTo(t, server, { user: 'requester', pass: 'p', inboxPrefix: 'mine' });
  for (const subject of ['open.a', 'closed.a']) await serve(all, natsPort(all, subject), (n) => n);
  t.is(await natsPort(connection, 'open.a').request(1), 1);
  const forbidden = natsPort(connection, 'closed.a');
  const error = await t.throwsAsync(forbidden.request(1), {
    code: 'ERR_FORKWIRE_NATS',
    message: /send to 'closed.a'/,
  });
  t.is(error.delivered, 'no');
  await t.throwsAsync(forbidden.post(1), { code: 'ERR_FORKWIRE_NATS' });
  forbidden.on('error', () => {});
  const refused = waitingFor('a refusal', new Promise((resolve) => forbidden.once('error', resolve)));
  forbidden.serve(() => 1);
  t.regex((await refused).message, /receive from 'closed.a/);
  t.is(await natsPort(connection, 'open.a').request(2), 2, 'the connection lives on');
});

withNats('an inbox that the server forbids rejects the request', async (t) => {
  const server = await startServer(t, USERS);
  const connection = await connectTo(t, server, { user: 'requester', pass: 'p' });
  await t.throwsAsync(natsPort(connection, 'open.a').request(1), {
    code: 'ERR_FORKWIRE_NATS',
    message: /receive from '_INBOX/,
  });
});

withNats('TLS is that of the connection', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'forkwire-tls-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ],
    { stdio: 'ignore' },
  );
  const server = await startServer(t, `tls { cert_file: "${cert}", key_file: "${key}" }`);
  await t.throwsAsync(connect({ servers: server.url, reconnect: false }));
  const connection = await connectTo(t, server, { tls: { ca: readFileSync(cert, 'utf8') } });
  const port = natsPort(connection, newSubject());
  port.serve((n) => n);
  t.is(await port.request(1), 1);
});

withNats('ports of one connection share an inbox', async (t) => {
  const connection = await connectTo(t, await sharedServer());
  const before = connection.protocol?.subscriptions?.size?.();
  const ports = Array.from({ length: 10 }, () => natsPort(connection, newSubject()));
  for (const port of ports) port.serve((n) => n);
  t.deepEqual(await Promise.all(ports.map((port, n) => port.request(n))), [...ports.keys()]);
  await Promise.all(ports.map((port) => port.close()));
  if (before !== undefined) t.is(connection.protocol.subscriptions.size(), before + 1, 'only that stays');
});
