// What ports cannot do on Windows, and what they can there in spite of it. __test__/ports runs there as well.
import test from '../helpers/test.mjs';
import { fork as forkwire } from '../../dist/index.mjs';
import { endWithTest, fixture, textOf } from '../helpers/child.mjs';
import { fileWith, opened } from '../helpers/files.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { connection, listening } from '../helpers/sockets.mjs';
import { MessageChannel, running } from '../ports/helpers.mjs';
import { createRequire } from 'node:module';

const { Descriptor } = createRequire(import.meta.url)('../../dist/index.js');

const windows = process.platform === 'win32' ? test : test.skip;

/** A child that runs a function. */
function child(t, body) {
  const fork = (name, args) => {
    const started = forkwire(fixture(name), args);
    endWithTest(t, started);
    return started;
  };
  return running(fork, body);
}

windows('a port with a name carries sockets and descriptors both ways', async (t) => {
  const echo = child(t, () => {
    const port = process.channel.port('handles');
    port.on('message', (message, handles) => port.send(message, handles));
  });
  const port = echo.channel.port('handles');
  const { client, accepted } = await connection(t, await listening(t, { pauseOnConnect: true }));
  const descriptor = new Descriptor(opened(t, fileWith(t, 'text')));
  port.send('both', [accepted, descriptor]);
  const { message, handle } = await new Inbox(port).nextWithHandle();
  t.is(message, 'both');
  const [socket, file] = handle;
  t.is(file.type, 'file');
  file.close();
  socket.end('by way of the child');
  t.is(await textOf(client), 'by way of the child');
});

windows('a port without a name refuses handles, which stay usable', async (t) => {
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => port1.close());
  const { client, accepted } = await connection(t, await listening(t, { pauseOnConnect: true }));
  const refused = { code: 'ERR_FORKWIRE_WIRE', message: /a port without a name carries no handles/ };
  t.throws(() => port1.send('socket', accepted), refused);
  const descriptor = new Descriptor(opened(t, fileWith(t, 'text')));
  t.throws(() => port1.postMessage('file', [descriptor]), refused);
  t.false(descriptor.closed);
  descriptor.close();
  const other = new MessageChannel();
  t.throws(() => port1.postMessage('port', [other.port1]), refused);
  other.port1.postMessage('still here');
  t.is(await new Inbox(other.port2).next(), 'still here');
  other.port1.close();
  accepted.end('still here');
  t.is(await textOf(client), 'still here');
  port1.postMessage('and the port');
  t.is(await new Inbox(port2).next(), 'and the port');
});

windows('a port whose last message the system does not have yet cannot be sent', async (t) => {
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => port2.close());
  const other = child(t, () => process.on('message', () => {}));
  const large = 'x'.repeat(1 << 20);
  port1.postMessage(large);
  const error = t.throws(() => other.send('a port', port1), { any: true });
  t.is(error.name, 'DataCloneError');
  t.regex(error.message, /on Windows a message that the system does not have yet/);
  t.is((await new Inbox(port2).next()).length, large.length);
});
