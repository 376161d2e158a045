// Ports whose other end nobody reads, in the same process.
import { once } from 'node:events';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { onlyForkwire } from '../helpers/cases.mjs';
import { rejection } from '../helpers/rejection.mjs';
import { MessageChannel } from './helpers.mjs';

const run = promisify(execFile);
const index = new URL('../../dist/index.js', import.meta.url);

/** AVA does not take a DOMException for an error. */
function refused(t, attempt, message) {
  const error = t.throws(attempt, { any: true });
  t.is(error.name, 'DataCloneError');
  t.is(error.message, message);
}

/** What a program prints that has two ports in `port1` and `port2`, and ends by itself. */
async function printed(body) {
  const start = `import { MessageChannel } from '${index}'; const { port1, port2 } = new MessageChannel();
    globalThis.kept = port2;`; // collected, it would close, and a socket that was posted to it would be the program's again
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', `${start}${body}`]);
  return stdout.trim();
}

const posted = {
  'a message': 'port1.postMessage(1); done();',
  'a port': 'port1.postMessage(1, [new MessageChannel().port1]); done();',
  'a socket': `const net = await import('node:net');
    const server = net.createServer().listen(0);
    server.on('connection', (socket) => { server.close(); port1.postMessage(1, [socket]); done(); });
    server.on('listening', () => net.connect(server.address().port).on('close', () => {}).unref());`,
  'a request': 'port1.request(1).catch(() => {}); done();',
};

for (const [what, program] of Object.entries(posted)) {
  onlyForkwire(`${what} to a port that nobody reads lets the process end`, async (t) => {
    t.is(await printed(`const done = () => console.log('posted'); ${program}`), 'posted');
  });

  onlyForkwire(`${what} to a port that nobody reads lets the process end after close()`, async (t) => {
    const done = `const done = () => setImmediate(() => console.log('posted', port1.close()));`;
    t.is(await printed(`${done} ${program}`), 'posted undefined');
  });
}

onlyForkwire('a request to a port that is read later keeps the process running', async (t) => {
  const body = `
    port1.request(1).then((answer) => { console.log(answer); port1.close(); });
    setImmediate(() => port2.serve((n) => new Promise((resolve) => setImmediate(resolve, n + 1))));`;
  t.is(await printed(body), '2');
});

onlyForkwire('close() gives up requests to a port that nobody reads', async (t) => {
  const { port1, port2 } = new MessageChannel();
  const asked = rejection(port1.request(1));
  const closed = once(port1, 'close');
  port1.close();
  const error = await asked;
  t.is(error.code, 'ERR_FORKWIRE_PEER_GONE');
  t.is(error.delivered, 'unknown');
  await closed;
  t.truthy(port2);
});

onlyForkwire('a port cannot be sent through itself or its other end, and stays usable', async (t) => {
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => port1.close());
  const message = 'A port cannot be sent through itself or its other end: nobody could read it';
  refused(t, () => port1.postMessage(1, [port2]), message);
  refused(t, () => port1.send(1, port2), message);
  refused(t, () => port1.send(1, port1), message);
  t.is((await rejection(port1.request(1, { handles: [port2] }))).message, message);
  port2.serve((n) => n + 1);
  t.is(await port1.request(1), 2);
});

onlyForkwire('serve() on a port that was closed throws', async (t) => {
  const { port1, port2 } = new MessageChannel();
  port2.on('message', () => {});
  port1.start();
  port1.close();
  t.throws(() => port1.serve(() => {}), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  await once(port2, 'close');
  t.throws(() => port2.serve(() => {}), { code: 'ERR_IPC_CHANNEL_CLOSED' });
});

onlyForkwire('a port in a message that is not in the transfer list is named as in Node', (t) => {
  const { port1, port2 } = new MessageChannel();
  const other = new MessageChannel();
  t.teardown(() => [port1, other.port1].forEach((port) => port.close()));
  const missing = 'Object that needs transfer was found in message but not listed in transferList';
  for (const port of [other.port2, other.port2.on('message', () => {})]) {
    for (const value of [port, { a: [{ port }] }, new Map([[1, new Set([port])]])]) {
      refused(t, () => port1.postMessage(value), missing);
      refused(t, () => port1.postMessage(value, [other.port1]), missing);
    }
  }
  refused(t, () => port1.postMessage({ a: () => {} }), '() => {} could not be cloned.');
  t.truthy(port2);
});

onlyForkwire(
  'what is not an event or a signal is refused, and an event without a listener does nothing',
  (t) => {
    const { port1 } = new MessageChannel();
    t.teardown(() => port1.close());
    for (const event of [undefined, null, 1, 'message', {}, { type: 1 }]) {
      t.throws(() => port1.dispatchEvent(event), { code: 'ERR_INVALID_ARG_TYPE', message: /"event"/ });
    }
    t.true(port1.dispatchEvent({ type: 'error', data: new Error('nobody listens') }));
    for (const signal of [null, 1, {}, new EventTarget()]) {
      const add = () => port1.addEventListener('message', () => {}, { signal });
      t.throws(add, { code: 'ERR_INVALID_ARG_TYPE', message: /"options\.signal"/ });
    }
    t.is(port1.listenerCount('message'), 0);
  },
);
