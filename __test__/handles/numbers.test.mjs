import { once } from '../helpers/events.mjs';
import test from '../helpers/test.mjs';
import dgram from 'node:dgram';
import { createRequire } from 'node:module';
import { connection, listening, socketPath } from '../helpers/sockets.mjs';

const { handleOf } = createRequire(import.meta.url)('../../index.js');

/** What the addon finds in a wrap through its reference. On Windows, a wrap does not reveal its handle. */
const numberIn = (wrap) => handleOf(() => (wrap.hasRef() ? wrap.unref() : wrap.ref()));

const isWindows = process.platform === 'win32';

function check(t, wrap) {
  for (const step of ['ref', 'unref', 'ref']) {
    wrap[step]();
    const number = numberIn(wrap);
    if (isWindows) t.true(number > 0);
    else t.is(number, wrap.fd);
    t.is(wrap.hasRef(), step === 'ref');
  }
}

for (const family of ['TCP', 'Unix domain']) {
  test(`the numbers in the wraps of a ${family} server and its connections are found`, async (t) => {
    const server = await listening(t, {}, family === 'TCP' ? undefined : { path: socketPath(t) });
    const pairs = [];
    for (let i = 0; i < 10; i++) pairs.push(await connection(t, server));
    for (const { client, accepted } of pairs) {
      check(t, client._handle);
      check(t, accepted._handle);
    }
    check(t, server._handle);
    const numbers = new Set(pairs.map(({ client }) => numberIn(client._handle)));
    t.is(numbers.size, pairs.length);
  });
}

test('the number in the wrap of a datagram socket is found once it is bound', async (t) => {
  const socket = dgram.createSocket('udp4');
  const symbol = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === 'state symbol',
  );
  const { handle: wrap } = socket[symbol];
  t.is(numberIn(wrap), -1);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  check(t, wrap);
  socket.close();
  t.is(numberIn(wrap), -1);
});

test('an exception of flip is passed on, and a flip without effect finds nothing', (t) => {
  const thrown = new Error('by the flip');
  const caught = t.throws(() =>
    handleOf(() => {
      throw thrown;
    }),
  );
  t.is(caught.message, thrown.message);
  t.is(
    handleOf(() => {}),
    -1,
  );
  t.throws(() => handleOf(undefined));
});
