import { closed } from '../helpers/child.mjs';
import { onlyForkwire } from '../helpers/cases.mjs';
import { settledSockets, untilSockets } from '../helpers/descriptors.mjs';
import { effort } from '../helpers/effort.mjs';
import { once } from '../helpers/events.mjs';
import { Client, get, handOver, outcome, webServer } from './helpers.mjs';

const LINUX = process.platform === 'linux';
const turn = () => new Promise((resolve) => setImmediate(resolve));

onlyForkwire.serial(
  'children that are killed while they are handed connections leave nothing open, and no client waits',
  async (t, { fork }) => {
    const children = Array.from({ length: 3 }, () => fork('servers/serve.cjs', []));
    for (const child of children) child.on('error', () => {});
    const ends = children.map(closed);
    const codes = new Set();
    let handed = 0;
    const server = await webServer(t, {
      request: async (request, response) => {
        const code = await outcome(handOver(children[handed++ % children.length], { request }));
        codes.add(code);
        // What stayed here is answered here.
        if (code !== null && !request.socket.destroyed) response.end('{"pid":0}');
      },
    });
    const before = LINUX ? await settledSockets(process.pid) : 0;
    const ask = async (n) => {
      const client = await Client.to(t, server);
      client.write(get(`/${n}`) + get(`/${n}`));
      if (n % 25 === 20 && n < 75) children[(n - 20) / 25].kill('SIGKILL');
      // Two answers, or an end.
      await outcome(client.answers(2));
      await client.end();
      return (client.text.match(/HTTP\/1\.1 200/g) ?? []).length;
    };
    const answers = await Promise.all(Array.from({ length: 120 }, (_, n) => ask(n)));
    t.true(answers.every((count) => count <= 2));
    await Promise.all(ends);
    for (const code of codes) {
      t.true([null, 'EPIPE', 'ECONNRESET', 'ERR_IPC_CHANNEL_CLOSED'].includes(code), String(code));
    }
    const last = await Client.to(t, server);
    t.deepEqual(await last.write(get('/last')).answers(1), [{ pid: 0 }]);
    await last.end();
    if (LINUX) await untilSockets(process.pid, before);
    t.pass();
  },
);

onlyForkwire.serial(
  'connections that are reset or half-closed on the way leave nothing open',
  async (t, { fork }) => {
    const child = fork('servers/serve.cjs', []);
    const server = await webServer(t, {
      request: (request) => void outcome(handOver(child, { request })),
    });
    const first = await Client.to(t, server);
    await first.write(get('/')).answers(1);
    await first.end();
    const before = LINUX ? [await settledSockets(process.pid), await settledSockets(child.pid)] : [];
    for (let n = 0; n < 60; n++) {
      const client = await Client.to(t, server);
      client.write(get(`/${n}`));
      if (n % 3 === 0) await turn();
      if (n % 2 === 0) client.socket.resetAndDestroy();
      else client.socket.end();
      if (!client.closed) await once(client.socket, 'close');
      if (n % 2 === 1) t.regex(client.text, /^HTTP\/1\.1 200/);
    }
    const last = await Client.to(t, server);
    t.is((await last.write(get('/last')).answers(1))[0].pid, child.pid);
    await last.end();
    if (!LINUX) return;
    await untilSockets(process.pid, before[0]);
    await untilSockets(child.pid, before[1]);
  },
);

onlyForkwire.serial('many kept-alive connections move at once, and each goes on', async (t, { fork }) => {
  const count = effort(10_000, 300);
  const child = fork('servers/serve.cjs', []);
  const sockets = [];
  const server = await webServer(t, {
    connection: (socket) => sockets.push(socket),
    request: (request, response) => response.end('{"url":"here"}'),
  });
  const clients = [];
  while (clients.length < count) {
    const some = await Promise.all(Array.from({ length: 100 }, () => Client.to(t, server)));
    await Promise.all(some.map((client) => client.write(get('/')).answers(1)));
    clients.push(...some);
    // As many as the limit of descriptors allows are here at a time.
    if (sockets.length >= 3000 || clients.length === count)
      await Promise.all(sockets.splice(0).map((socket) => handOver(child, socket)));
  }
  for (let at = 0; at < count; at += 100) {
    const some = clients.slice(at, at + 100);
    const answers = await Promise.all(some.map((client) => client.write(get('/two')).answers(2)));
    t.true(answers.every(([, { pid }]) => pid === child.pid));
  }
  t.is(await new Promise((resolve) => server.getConnections((_, left) => resolve(left))), 0);
});
