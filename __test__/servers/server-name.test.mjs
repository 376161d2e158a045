import net from 'node:net';
import tls from 'node:tls';
import { onlyForkwire } from '../helpers/cases.mjs';
import test from '../helpers/test.mjs';
import { once } from '../helpers/events.mjs';
import { connected, connection, listening } from '../helpers/sockets.mjs';
import { secureConnection } from '../helpers/tls.mjs';
import { handOver, peekServerName } from './helpers.mjs';

/** What a client sends first, as Node's own makes it. */
async function helloFor(t, options) {
  const server = await listening(t);
  const client = tls.connect({ ...server.address(), rejectUnauthorized: false, ...options });
  client.on('error', () => {});
  const [socket] = await once(server, 'connection');
  const [bytes] = await once(socket, 'data');
  client.destroy();
  socket.destroy();
  return bytes;
}

/** What peekServerName() says about a client that sends these parts. */
async function peeked(t, parts, { end = false, ...options } = {}) {
  const server = await listening(t, { pauseOnConnect: true });
  const { client, accepted } = await connection(t, server);
  const name = peekServerName(accepted, options);
  for (const part of parts) {
    client.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (end) client.end();
  return { name: await name, accepted, client };
}

test('the name that a TLS client asks for is found, and every byte is still there', async (t) => {
  const hello = await helloFor(t, { servername: 'a.example' });
  const { name, accepted, client } = await peeked(t, [hello]);
  t.is(name, 'a.example');
  t.true(accepted.isPaused());
  client.end('rest');
  let text = '';
  for await (const chunk of accepted.setEncoding('latin1')) text += chunk;
  t.is(text, `${hello.toString('latin1')}rest`);
});

test('a client that sends it byte by byte is waited for', async (t) => {
  const hello = await helloFor(t, { servername: 'slow.example' });
  t.is(
    (
      await peeked(
        t,
        [...hello].map((byte) => Buffer.of(byte)),
      )
    ).name,
    'slow.example',
  );
});

test('a message in several records is put together', async (t) => {
  const hello = await helloFor(t, { servername: 'divided.example' });
  const body = hello.subarray(5);
  const records = [];
  for (let at = 0; at < body.length; at += 7) {
    const part = body.subarray(at, at + 7);
    records.push(Buffer.from([22, 3, 1, 0, part.length]), part);
  }
  t.is((await peeked(t, [Buffer.concat(records)])).name, 'divided.example');
});

test('a client may send no server name', async (t) => {
  t.is((await peeked(t, [await helloFor(t, {})])).name, undefined);
  for (const text of [
    'GET / HTTP/1.1\r\n\r\n',
    '\x16',
    '\x16\x03\x01\x00\x00\x17',
    '\x15\x03\x03\x00\x02\x02\x00',
  ]) {
    const { name } = await peeked(t, [text, text === '\x16' ? '\x01' : ''].filter(Boolean));
    t.is(name, undefined, JSON.stringify(text));
  }
});

test('a message that is damaged anywhere does no harm', async (t) => {
  const hello = await helloFor(t, { servername: 'damaged.example' });
  for (let at = 0; at < hello.length; at += 3) {
    const damaged = Buffer.from(hello);
    damaged[at] ^= 0xff;
    const { name } = await peeked(t, [damaged, Buffer.alloc(70_000, 22)]);
    t.true(name === undefined || typeof name === 'string');
  }
});

test('a client that closes before, or sends nothing, is an error', async (t) => {
  const hello = await helloFor(t, { servername: 'a.example' });
  await t.throwsAsync(() => peeked(t, [hello.subarray(0, 20)], { end: true }), { code: 'ECONNRESET' });
  await t.throwsAsync(() => peeked(t, [], { timeout: 1 }), { code: 'ERR_FORKWIRE_NO_SERVER_NAME' });
  await t.throwsAsync(() => peekServerName({}), { code: 'ERR_INVALID_ARG_TYPE' });
  await t.throwsAsync(() => peekServerName(new net.Socket(), { timeout: 0 }), { code: 'ERR_OUT_OF_RANGE' });
  await t.throwsAsync(() => peekServerName(new net.Socket(), { timeout: '1' }), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
});

test('a socket with an encoding is refused, because its bytes cannot be put back', async (t) => {
  const server = await listening(t, { pauseOnConnect: true });
  const { accepted } = await connection(t, server);
  accepted.setEncoding('utf8');
  await t.throwsAsync(peekServerName(accepted), {
    code: 'ERR_FORKWIRE_NOT_MOVABLE',
    message: /setEncoding\(\)/,
  });
});

test('options are an object with a timeout in milliseconds', async (t) => {
  const { accepted } = await connection(t, await listening(t, { pauseOnConnect: true }));
  for (const options of [null, 5, { timeout: null }, { timeout: '1' }]) {
    await t.throwsAsync(peekServerName(accepted, options), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  for (const timeout of [0, 1.5, NaN, 2 ** 31])
    await t.throwsAsync(peekServerName(accepted, { timeout }), { code: 'ERR_OUT_OF_RANGE' });
});

onlyForkwire('a TLS connection is refused, with what to do instead', async (t, { share }) => {
  const { accepted } = await secureConnection(t);
  const error = await t.throwsAsync(() => handOver(share('servers/serve.cjs'), accepted));
  t.is(error.code, 'ERR_FORKWIRE_NOT_MOVABLE');
  t.regex(error.message, /TLS keys .* before the handshake, .* peekServerName\(\)/);
  await t.throwsAsync(() => peekServerName(accepted), { code: 'ERR_FORKWIRE_NOT_MOVABLE' });
});

onlyForkwire(
  'a TLS connection does its handshake in the child that its server name chooses',
  async (t, { fork }) => {
    const children = {
      'a.example': fork('servers/tls.cjs', ['a']),
      'b.example': fork('servers/tls.cjs', ['b']),
    };
    const server = net.createServer({ pauseOnConnect: true }, async (socket) => {
      await handOver(children[await peekServerName(socket)], socket);
    });
    t.teardown(() => server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    for (const [servername, word] of [
      ['a.example', 'a'],
      ['b.example', 'b'],
    ]) {
      const raw = await connected(t, server);
      const psk = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');
      const client = tls.connect({
        socket: raw,
        servername,
        ciphers: 'PSK',
        maxVersion: 'TLSv1.2',
        pskCallback: () => ({ psk, identity: 'test' }),
        checkServerIdentity: () => undefined,
      });
      let text = '';
      for await (const chunk of client) text += chunk;
      t.is(text, `hello from ${word}`);
    }
  },
);
