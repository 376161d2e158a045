import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fixture, endWithTest } from '../helpers/child.mjs';
import { withClients } from '../helpers/installed.mjs';

const { fork, MessageChannel } = createRequire(import.meta.url)('../../dist/index.js');

// Libraries that talk over a MessagePort, unchanged, between two processes.

const clients = {};
for (const name of ['comlink', 'birpc', 'vscode-jsonrpc', 'capnweb', 'oRPC']) {
  clients[name] = await withClients(name);
}

/** A child that runs the function with the same libraries. */
function start(t, folder, body, options) {
  const child = fork(fixture('ports/run.cjs'), [String(body), folder], options);
  endWithTest(t, child);
  return child;
}

const loader = (folder) => (file) => import(pathToFileURL(join(folder, 'node_modules', file)).href);

clients.comlink('a class in the child is used like one here, with callbacks', async (t, folder) => {
  const child = start(t, folder, async (forkwire) => {
    globalThis.MessageChannel = forkwire.MessageChannel;
    const { expose } = await load('comlink/dist/esm/comlink.mjs');
    class Counter {
      constructor(count) {
        this.count = count;
      }
      add(n) {
        return (this.count += n);
      }
      async each(list, callback) {
        for (const one of list) await callback(one * 2, process.pid);
        return 'done';
      }
      fail() {
        throw new TypeError('as asked');
      }
    }
    expose(Counter, process.channel.port('comlink'));
  });
  const { proxy, releaseProxy, wrap } = await loader(folder)('comlink/dist/esm/comlink.mjs');
  const before = globalThis.MessageChannel;
  globalThis.MessageChannel = MessageChannel;
  t.teardown(() => (globalThis.MessageChannel = before));
  const port = child.channel.port('comlink');
  const Counter = wrap(port);
  const counter = await new Counter(40);
  t.is(await counter.add(2), 42);
  t.is(await counter.count, 42);
  const seen = [];
  t.is(
    await counter.each(
      [1, 2, 3],
      proxy((...all) => void seen.push(all)),
    ),
    'done',
  );
  t.deepEqual(
    seen,
    [2, 4, 6].map((n) => [n, child.pid]),
  );
  await t.throwsAsync(async () => counter.fail(), { name: 'TypeError', message: 'as asked' });
  counter[releaseProxy]();
  const closed = once(port, 'close');
  Counter[releaseProxy]();
  await closed;
});

clients.birpc('functions of both sides call each other', async (t, folder) => {
  const child = start(t, folder, async () => {
    const { createBirpc } = await load('birpc/dist/index.mjs');
    const port = process.channel.port('birpc');
    const rpc = createBirpc(
      { greet: async (name) => `${await rpc.polite(name)} from ${process.pid}` },
      { post: (data) => port.postMessage(data), on: (listener) => port.on('message', listener) },
    );
  });
  const { createBirpc } = await loader(folder)('birpc/dist/index.mjs');
  const port = child.channel.port('birpc');
  const rpc = createBirpc(
    { polite: (name) => `hello ${name}` },
    { post: (data) => port.postMessage(data), on: (listener) => port.on('message', listener) },
  );
  t.is(await rpc.greet('you'), `hello you from ${child.pid}`);
  port.close();
});

for (const way of ['a port', 'the channel']) {
  const overPort = way === 'a port';
  clients['vscode-jsonrpc'](`a connection over ${way} answers, cancels and notifies`, async (t, folder) => {
    const body = async (port) => {
      const rpc = (await load('vscode-jsonrpc/lib/node/main.js')).default;
      const connection =
        port === undefined
          ? rpc.createMessageConnection(new rpc.IPCMessageReader(process), new rpc.IPCMessageWriter(process))
          : rpc.createMessageConnection(new rpc.PortMessageReader(port), new rpc.PortMessageWriter(port));
      connection.onRequest('add', (a, b) => a + b);
      connection.onRequest('wait', (token) => {
        connection.sendNotification('waiting', process.pid);
        return new Promise((resolve) => token.onCancellationRequested(() => resolve('cancelled')));
      });
      connection.listen();
    };
    const port = overPort ? "process.channel.port('jsonrpc')" : 'undefined';
    const child = start(t, folder, `() => (${body})(${port})`);
    const rpc = (await loader(folder)('vscode-jsonrpc/lib/node/main.js')).default;
    const ours = overPort ? child.channel.port('jsonrpc') : undefined;
    const connection = overPort
      ? rpc.createMessageConnection(new rpc.PortMessageReader(ours), new rpc.PortMessageWriter(ours))
      : rpc.createMessageConnection(new rpc.IPCMessageReader(child), new rpc.IPCMessageWriter(child));
    const waiting = new Promise((resolve) => connection.onNotification('waiting', resolve));
    connection.listen();
    t.is(await connection.sendRequest('add', 1, 2), 3);
    const source = new rpc.CancellationTokenSource();
    const answer = connection.sendRequest('wait', source.token);
    // One that is cancelled before it has begun is refused by the library.
    t.is(await waiting, child.pid);
    source.cancel();
    t.is(await answer, 'cancelled');
    connection.dispose();
    ours?.close();
  });
}

clients.capnweb('objects are passed by reference in both directions', async (t, folder) => {
  const child = start(t, folder, async () => {
    const { newMessagePortRpcSession, RpcTarget } = await load('capnweb/dist/index.js');
    class Counter extends RpcTarget {
      #count = 0;
      add(n) {
        return (this.#count += n);
      }
    }
    class Main extends RpcTarget {
      counter() {
        return new Counter();
      }
      async callBack(callback) {
        return `${await callback('ping')} in ${process.pid}`;
      }
    }
    newMessagePortRpcSession(process.channel.port('capnweb'), new Main());
  });
  const { newMessagePortRpcSession } = await loader(folder)('capnweb/dist/index.js');
  const port = child.channel.port('capnweb');
  const main = newMessagePortRpcSession(port);
  const counter = await main.counter();
  t.is(await counter.add(2), 2);
  t.is(await counter.add(40), 42);
  t.is(await main.callBack((text) => `${text} pong`), `ping pong in ${child.pid}`);
  port.close();
});

clients.oRPC('procedures are called over a port, and their errors come back', async (t, folder) => {
  const child = start(t, folder, async () => {
    const { os, ORPCError } = await load('@orpc/server/dist/index.mjs');
    const { RPCHandler } = await load('@orpc/server/dist/adapters/message-port/index.mjs');
    const router = {
      add: os.handler(({ input }) => input.a + input.b),
      fail: os.handler(() => {
        throw new ORPCError('NOT_FOUND', { message: 'as asked' });
      }),
      never: os.handler(() => new Promise(() => {})),
      count: os.handler(async function* () {
        for (let i = 0; i < 3; i++) yield i;
      }),
    };
    const port = process.channel.port('orpc');
    new RPCHandler(router).upgrade(port);
    port.start();
  });
  const load = loader(folder);
  const { createORPCClient } = await load('@orpc/client/dist/index.mjs');
  const { RPCLink } = await load('@orpc/client/dist/adapters/message-port/index.mjs');
  const port = child.channel.port('orpc');
  const client = createORPCClient(new RPCLink({ port }));
  port.start();
  t.is(await client.add({ a: 1, b: 2 }), 3);
  await t.throwsAsync(() => client.fail(), { message: 'as asked' });
  const counted = [];
  for await (const i of await client.count()) counted.push(i);
  t.deepEqual(counted, [0, 1, 2]);
  const pending = t.throwsAsync(() => client.never());
  child.kill();
  await pending;
});
