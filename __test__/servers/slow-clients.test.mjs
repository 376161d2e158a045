// Clients that take their time, beside others that do not.
import { closed } from '../helpers/child.mjs';
import { settledSockets, untilSockets } from '../helpers/descriptors.mjs';
import { once } from '../helpers/events.mjs';
import { Client, each, get, handOver, outcome, webServer } from './helpers.mjs';

const LINUX = process.platform === 'linux';
const turn = () => new Promise((resolve) => setImmediate(resolve));
const post = (url, length) => `POST ${url} HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;

/** Hands over whatever arrives. `handed` has the promise of each, in order; what cannot leave is answered here. */
async function front(t, child) {
  const handed = [];
  const server = await webServer(t, {
    request: (request, response) => {
      const code = outcome(handOver(child, { request }));
      handed.push(code);
      void code.then((reason) => reason !== null && !request.socket.destroyed && response.end('{"pid":0}'));
    },
  });
  return { server, handed };
}

/** What a client writes has begun a request here. */
async function begin(server, client, text) {
  const begun = once(server, 'request');
  client.write(text);
  await begun;
}

async function writeBytes(client, text) {
  client.socket.setNoDelay(true);
  for (const byte of text) {
    client.write(byte);
    await turn();
  }
}

/** A client of its own gets its answer from the child, whatever the others do. */
async function isQuick(t, server, child) {
  const client = await Client.to(t, server);
  const [answer] = await client.write(get('/quick', 'Connection: close\r\n')).answers(1);
  t.like(answer, { pid: child.pid, url: '/quick' });
  await client.end();
}

each('a request that comes byte by byte is answered by the child', async (t, { start }) => {
  const child = start();
  const { server } = await front(t, child);
  const client = await Client.to(t, server);
  await writeBytes(client, `${post('/slow', 5)}hello`);
  t.like((await client.answers(1))[0], { pid: child.pid, url: '/slow', body: 'hello' });
  await writeBytes(client, get('/again'));
  t.like((await client.answers(2))[1], { pid: child.pid, url: '/again' });
});

each('a client that never finishes its request keeps no other one waiting', async (t, { start }) => {
  const child = start([]);
  const { server, handed } = await front(t, child);
  const inHead = await Client.to(t, server);
  const inBody = await Client.to(t, server);
  inHead.write(get('/never').slice(0, -2));
  await begin(server, inBody, `${post('/never', 5)}hel`);
  t.is(await handed[0], null);
  for (let i = 0; i < 3; i++) await isQuick(t, server, child);
  const left = async () => {
    child.send('web');
    return (await once(child, 'message'))[0].web;
  };
  while ((await left()) !== 1);
  for (const client of [inHead, inBody]) {
    client.socket.destroy();
    await once(client.socket, 'close');
  }
  while ((await left()) > 0);
  t.is(handed.length, 4);
});

each('a client that reads its answer slowly gets all of it', async (t, { start }) => {
  const child = start();
  const { server } = await front(t, child);
  const slow = await Client.to(t, server);
  const length = 8 << 20;
  slow.socket.removeAllListeners('data').pause();
  slow.write(post('/large', length)).write('x'.repeat(length));
  await isQuick(t, server, child);
  let read = 0;
  let end = '';
  const whole = once(slow.socket, 'whole');
  slow.socket.on('data', (text) => {
    read += text.length;
    end = (end + text).slice(-100);
    slow.socket.pause();
    setImmediate(() => slow.socket.resume());
    if (end.endsWith('"rawTrailers":[]}')) slow.socket.emit('whole');
  });
  slow.socket.resume();
  await whole;
  t.true(read > length);
  await isQuick(t, server, child);
});

each('a hundred slow clients beside a quick one are answered, each with its own', async (t, { start }) => {
  const child = start([]);
  const { server, handed } = await front(t, child);
  const clients = await Promise.all(Array.from({ length: 100 }, () => Client.to(t, server)));
  const words = clients.map((_, n) => String(n).padStart(4, '.'));
  clients.forEach((client, n) => {
    const text = post(`/${n}`, 4) + words[n];
    // Some stop within the head, some before the body, and some in the middle of it.
    client.rest = text.slice([10, -4, -2][n % 3]);
    client.write(text.slice(0, -client.rest.length));
  });
  await isQuick(t, server, child);
  await Promise.all(
    clients.map(async (client, n) => {
      await writeBytes(client, client.rest);
      t.like((await client.answers(1))[0], { pid: child.pid, url: `/${n}`, body: words[n] });
      await client.end();
    }),
  );
  await isQuick(t, server, child);
  t.deepEqual(new Set(await Promise.all(handed)), new Set([null]));
});

each('when the child dies meanwhile, no slow client waits in vain', async (t, { start }) => {
  const child = start([]);
  child.on('error', () => {});
  const ended = closed(child);
  const { server, handed } = await front(t, child);
  await isQuick(t, server, child);
  const before = LINUX ? await settledSockets(process.pid) : 0;
  const clients = await Promise.all(Array.from({ length: 20 }, () => Client.to(t, server)));
  const [inHead, inBody] = [clients.slice(0, 10), clients.slice(10)];
  for (const client of inHead) client.write(get('/head').slice(0, -2));
  for (const client of inBody) await begin(server, client, `${post('/body', 5)}hel`);
  t.deepEqual(new Set(await Promise.all(handed)), new Set([null]));
  child.kill('SIGKILL');
  // Those that the child had end with it. Those that are still here are answered here.
  await Promise.all(inBody.map((client) => client.closed || once(client.socket, 'close')));
  await ended;
  for (const client of inHead) t.deepEqual(await client.write('\r\n').answers(1), [{ pid: 0 }]);
  t.deepEqual(new Set(await Promise.all(handed.slice(11))), new Set(['ERR_IPC_CHANNEL_CLOSED']));
  await Promise.all(clients.map((client) => client.end()));
  if (LINUX) await untilSockets(process.pid, before);
});
