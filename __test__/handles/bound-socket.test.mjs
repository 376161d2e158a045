import net from 'node:net';
import test from '../helpers/test.mjs';
import { compared, onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { outcome } from '../helpers/outcome.mjs';

if (net.BoundSocket === undefined) {
  test('this version of Node has no net.BoundSocket', (t) => t.is(net.BoundSocket, undefined));
} else {
  // Some versions have it but cannot send one.
  compared('what becomes of a bound socket that is sent', async (t, { fork }) => {
    const child = fork('listen-on-bound-socket.cjs');
    const socket = new net.BoundSocket({ host: '127.0.0.1', port: 0 });
    const { port } = socket.address();
    const { returned, ...thrown } = outcome(() => child.send('bound', socket));
    if (!returned) {
      socket.close?.();
      return thrown;
    }
    const report = await new Inbox(child).next();
    t.is(report.port, port);
    return { ...report, port: 'the same', again: outcome(() => socket.address()) };
  });

  const sends = Object.getOwnPropertySymbols(net.BoundSocket.prototype).some(
    ({ description }) => description === 'messaging_transfer_symbol',
  );
  const where = sends ? onlyForkwire : () => {};
  where('a bound socket named twice in one message moves once', async (t, { fork }) => {
    const child = fork('report-handle.cjs');
    const socket = new net.BoundSocket({ host: '127.0.0.1', port: 0 });
    const settled = new Promise((resolve) => child.send('twice', [socket, socket], resolve));
    t.is(await settled, null);
    t.is(child.channel.stats().sent.messages, 1);
  });
}
