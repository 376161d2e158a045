import dgram from 'node:dgram';
import { when } from '../helpers/child.mjs';
import { onlyForkwire } from '../helpers/cases.mjs';
import { once } from '../helpers/events.mjs';
import { limitDescriptors, settledSockets, untilSockets } from '../helpers/descriptors.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { connection, listening } from '../helpers/sockets.mjs';
import { stop } from '../helpers/stopped.mjs';
import { waitingFor } from '../helpers/waits.mjs';
import { Client, get, handOver, outcome, webServer } from './helpers.mjs';

/** Hands over, and answers itself what it could not. */
const answering = (t, child, options) =>
  webServer(t, {
    request: async (request, response) => {
      const code = await outcome(handOver(child, { request }, options));
      if (code !== null) response.end(JSON.stringify({ url: request.url, code }));
    },
  });

onlyForkwire('a connection waits here until the child receives connections', async (t, { fork }) => {
  const child = fork('servers/serve.cjs', ['late']);
  const server = await answering(t, child);
  const client = await Client.to(t, server);
  client.write(get('/'));
  while ((await new Promise((resolve) => server.getConnections((_, count) => resolve(count)))) === 0);
  child.send('receive');
  t.is((await client.answers(1))[0].pid, child.pid);
});

onlyForkwire('the wait ends with its signal, and everything is answered here', async (t, { fork }) => {
  const child = fork('servers/serve.cjs', ['late']);
  const controller = new AbortController();
  const reasons = [];
  const server = await webServer(t, {
    request: async (request, response) => {
      setImmediate(() => controller.abort(new Error('too long')));
      const error = await handOver(child, { request }, { signal: controller.signal }).catch((why) => why);
      reasons.push(error?.message);
      let body = '';
      for await (const chunk of request) body += chunk;
      response.end(JSON.stringify({ url: request.url, body }));
    },
  });
  const client = await Client.to(t, server);
  const post = 'POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello';
  client.write(post + get('/2') + post.slice(0, -2));
  await client.answers(2);
  client.write('lo');
  t.deepEqual(await client.answers(3), [
    { url: '/1', body: 'hello' },
    { url: '/2', body: '' },
    { url: '/1', body: 'hello' },
  ]);
  t.true(reasons.includes('too long'));
});

onlyForkwire('a child that has stopped receiving, or has ended, takes no connection', async (t, { fork }) => {
  const child = fork('servers/serve.cjs', []);
  const server = await answering(t, child);
  const answer = async () => {
    const client = await Client.to(t, server);
    client.write(get('/'));
    return (await client.answers(1))[0];
  };
  t.is((await answer()).pid, child.pid);
  const told = (cmd) =>
    waitingFor(
      cmd,
      new Promise((resolve) => {
        child.on('internalMessage', (message) => {
          if (message.cmd === cmd && message.name === '') resolve();
        });
      }),
    );
  const stopped = told('NODE_FORKWIRE_NO_CONNECTIONS');
  child.send('stop');
  await stopped;
  t.is((await answer()).code, 'ERR_FORKWIRE_NOT_RECEIVING');
  const on = told('NODE_FORKWIRE_CONNECTIONS');
  child.send('receive');
  await on;
  t.is((await answer()).pid, child.pid);
  const gone = when(child, 'disconnect');
  child.kill('SIGKILL');
  await gone;
  t.is((await answer()).code, 'ERR_IPC_CHANNEL_CLOSED');
});

onlyForkwire('a child that has no descriptor left gives the connection back', async (t, { fork }) => {
  const child = fork('servers/serve.cjs', []);
  const server = await answering(t, child);
  const first = await Client.to(t, server);
  first.write(get('/first'));
  t.is((await first.answers(1))[0].pid, child.pid);
  const before = await settledSockets(child.pid);
  if (!limitDescriptors(child.pid, 3)) return t.pass('prlimit is not here');
  const clients = [];
  const codes = [];
  for (let i = 0; i < 12; i++) {
    const client = await Client.to(t, server);
    client.write(get(`/${i}`));
    const [answer] = await client.answers(1);
    t.is(answer.url, `/${i}`);
    codes.push(answer.code ?? 'taken');
    clients.push(client);
  }
  t.deepEqual([...new Set(codes)].sort(), ['ERR_FORKWIRE_HANDLE_REFUSED', 'taken']);
  // Those that were given back go on, and can be handed over once there is room.
  const back = clients[codes.indexOf('ERR_FORKWIRE_HANDLE_REFUSED')];
  for (const [i, client] of clients.entries()) if (codes[i] === 'taken') await client.end();
  await untilSockets(child.pid, before);
  back.write(get('/again'));
  t.is((await back.answers(2))[1].pid, child.pid);
});

onlyForkwire('a process that has no descriptor left itself keeps the connection', async (t, { fork }) => {
  const front = fork('servers/front.cjs');
  const inbox = new Inbox(front);
  const { port, child } = await inbox.next();
  const idle = await settledSockets(front.pid);
  const at = { address: () => ({ port }) };
  const first = await Client.to(t, at);
  first.write(get('/first'));
  t.is((await first.answers(1))[0].pid, child);
  const client = await Client.to(t, at);
  client.write(get('/'));
  t.is((await client.answers(1))[0].pid, child);
  const late = await Client.to(t, at);
  const before = await Client.to(t, at);
  before.write(get('/'));
  await before.answers(1); // so that `late` has been accepted
  // Those that were handed over are closed there, once the child has them.
  await untilSockets(front.pid, idle + 1);
  if (!limitDescriptors(front.pid, 0)) return t.pass('prlimit is not here');
  late.write(get('/late'));
  t.is((await late.answers(1))[0].code, 'EMFILE');
  limitDescriptors(front.pid, 1000);
  late.write(get('/late'));
  t.is((await late.answers(2))[1].pid, child);
});

onlyForkwire(
  'a plain connection and its unread bytes are usable here after a refusal',
  async (t, { fork }) => {
    const child = fork('servers/serve.cjs', ['late']);
    const server = await listening(t);
    const { client, accepted } = await connection(t, server);
    client.write('early ');
    accepted.pause().read(0);
    await new Promise((resolve) => accepted.once('readable', resolve));
    accepted.removeAllListeners('readable');
    const refused = outcome(handOver(child, accepted, { name: 'plain' }));
    client.end('late');
    child.disconnect();
    t.is(await refused, 'ERR_IPC_CHANNEL_CLOSED');
    let text = '';
    for await (const chunk of accepted) text += chunk;
    t.is(text, 'early late');
  },
);

onlyForkwire('a connection that is being handed over, or has closed, is refused', async (t, { fork }) => {
  const child = fork('servers/serve.cjs', ['late']);
  const server = await listening(t, { pauseOnConnect: true });
  const { accepted } = await connection(t, server);
  const first = handOver(child, accepted, { name: 'plain' });
  const error = await t.throwsAsync(() => handOver(child, accepted, { name: 'plain' }));
  t.regex(error.message, /being handed over already/);
  child.send('receive');
  await first;
  t.true(accepted.destroyed);
  t.is(await outcome(handOver(child, accepted, { name: 'plain' })), 'ERR_FORKWIRE_NOT_MOVABLE');
});

for (const [how, signal] of [
  ['arrives', 'SIGCONT'],
  ['is lost', 'SIGKILL'],
]) {
  onlyForkwire(`a connection that is closed here while it ${how} no longer counts`, async (t, { fork }) => {
    const child = fork('servers/serve.cjs', []);
    const handed = [];
    const server = await webServer(t, {
      request: (request) => {
        const { socket } = request;
        handed.push({ socket, done: outcome(handOver(child, { request })) });
      },
    });
    const first = await Client.to(t, server);
    first.write(get('/first'));
    t.is((await first.answers(1))[0].pid, child.pid);
    await handed[0].done;
    await stop(child);
    const client = await Client.to(t, server);
    client.write(get('/'));
    // It has left, and its server is out of reach for a listener.
    const leaves = async () => {
      while (handed.length < 2 || handed[1].socket.server)
        await new Promise((resolve) => setImmediate(resolve));
    };
    await waitingFor('the connection to leave', leaves());
    const [, { socket, done }] = handed;
    socket.destroy();
    const closed = once(server.close(), 'close');
    child.kill(signal);
    t.is(await done, signal === 'SIGKILL' ? 'EPIPE' : null);
    await closed;
  });
}

onlyForkwire('a handle that is not a connection is closed, and nothing else happens', async (t, { fork }) => {
  const child = fork('servers/serve.cjs', []);
  const server = await answering(t, child);
  const ask = async () => {
    const client = await Client.to(t, server);
    client.write(get('/'));
    t.is((await client.answers(1))[0].pid, child.pid);
    await client.end();
  };
  await ask();
  const before = await settledSockets(child.pid);
  for (const handle of [await listening(t), dgram.createSocket('udp4').bind(0, '127.0.0.1')]) {
    if (handle instanceof dgram.Socket) {
      t.teardown(() => handle.close());
      await once(handle, 'listening');
    }
    for (const early of ['', 'bytes'])
      child.send({ cmd: 'NODE_FORKWIRE_CONNECTION', name: '', early }, handle);
    child.send({ cmd: 'NODE_FORKWIRE_CONNECTION', name: '' }, [handle, handle]);
    child.send({ cmd: 'NODE_FORKWIRE_CONNECTION', name: 5 }, handle);
    child.send({ cmd: 'NODE_FORKWIRE_CONNECTIONS', name: 'other' }, handle);
    child.send({ cmd: 'NODE_FORKWIRE_UNKNOWN' }, handle);
  }
  await ask();
  await untilSockets(child.pid, before);
  t.pass();
});

onlyForkwire('a wait that ends with its signal leaves no listener behind', async (t, { fork }) => {
  const child = fork('servers/serve.cjs', ['late']);
  const server = await listening(t, { pauseOnConnect: true });
  const before = child.listenerCount('disconnect');
  for (let i = 0; i < 2; i++) {
    const { accepted } = await connection(t, server);
    const controller = new AbortController();
    const done = handOver(child, accepted, { name: 'plain', signal: controller.signal });
    setImmediate(() => controller.abort(new Error('given up')));
    await t.throwsAsync(done, { message: 'given up' });
    // In a child, one on process would keep it running.
    t.is(child.listenerCount('disconnect'), before);
  }
  child.send('receive');
  const { accepted } = await connection(t, server);
  t.is(await outcome(handOver(child, accepted, { name: 'plain' })), null);
});
