import { once } from 'node:events';
import { onlyForkwire } from '../helpers/cases.mjs';
import { exited, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { MessageChannel, MessagePort, range, running, untilClosed } from './helpers.mjs';

onlyForkwire('a port has the same name on both sides and carries messages both ways', async (t, { fork }) => {
  const child = running(fork, () => {
    const port = process.channel.port('echo');
    port.on('message', (message) => port.postMessage({ echo: message }));
  });
  const port = child.channel.port('echo');
  t.true(port instanceof MessagePort);
  t.is(port.constructor.name, 'MessagePort');
  t.is(child.channel.port('echo'), port);
  const values = [1, 'text', undefined, null, new Map([[1, new Set([2])]]), { a: [1n, new Date(0)] }];
  for (const value of values) port.postMessage(value);
  const inbox = new Inbox(port);
  t.deepEqual(
    await inbox.take(values.length),
    values.map((value) => ({ echo: value })),
  );
});

onlyForkwire(
  'what is posted before the other side asks for the port waits there, in order',
  async (t, { fork }) => {
    const child = running(fork, () => {
      process.once('message', () => {
        const port = process.channel.port('late');
        port.on('message', (message) => port.postMessage(message));
      });
    });
    const port = child.channel.port('late');
    const all = range(3000);
    for (const i of all) port.postMessage(i);
    const inbox = new Inbox(port);
    child.send('ask now');
    t.deepEqual(await inbox.take(all.length), all);
  },
);

onlyForkwire('a child that asks first is heard, whenever its parent asks', async (t, { fork }) => {
  const child = running(fork, () => {
    const port = process.channel.port('first');
    for (let i = 0; i < 3000; i++) port.postMessage(i);
    port.on('message', (message) => port.postMessage(`got ${message}`));
    process.send('posted');
  });
  await when(child, 'message');
  const port = child.channel.port('first');
  const inbox = new Inbox(port);
  t.deepEqual(await inbox.take(3000), range(3000));
  port.postMessage('thanks');
  t.is(await inbox.next(), 'got thanks');
});

onlyForkwire(
  'both sides may ask at the same moment, and nothing is lost or displaced',
  async (t, { fork }) => {
    // The child asks before it has read anything, with the parent's offer on its way.
    const child = running(fork, () => {
      const port = process.channel.port('both');
      let sent = 0;
      const post = () => port.postMessage(sent++);
      for (let i = 0; i < 2000; i++) post();
      port.on('message', (message) => {
        if (message === 'close') port.close();
        else post();
      });
    });
    const port = child.channel.port('both');
    for (let i = 0; i < 2000; i++) port.postMessage(i);
    const inbox = new Inbox(port);
    t.deepEqual(await inbox.take(4000), range(4000));
    const closed = once(port, 'close');
    port.postMessage('close');
    await closed;
  },
);

onlyForkwire('what a child posts on a port is not lost when it exits at once', async (t, { fork }) => {
  for (const parentFirst of [true, false]) {
    const child = running(fork, () => {
      const port = process.channel.port('farewell');
      for (let i = 0; i < 5000; i++) port.postMessage({ i, text: 'x'.repeat(100) });
      process.send('posted', () => process.exit());
    });
    if (!parentFirst) await when(child, 'message');
    const all = await untilClosed(child.channel.port('farewell'));
    t.deepEqual(
      all.map(({ i }) => i),
      range(5000),
    );
  }
});

onlyForkwire(
  'a child that closes its port before it knew of the other pair is heard',
  async (t, { fork }) => {
    const child = running(fork, () => {
      const port = process.channel.port('short');
      port.postMessage('one');
      port.postMessage('two');
      port.close();
      process.channel.ref();
    });
    const port = child.channel.port('short');
    t.deepEqual(await untilClosed(port), ['one', 'two']);
    child.disconnect();
    t.deepEqual(await exited(child), { code: 0, signal: null });
  },
);

onlyForkwire(
  'what a parent posted before it exits arrives, whichever end asked first',
  async (t, { fork }) => {
    const parent = running(
      fork,
      (forkwire) => {
        const child = forkwire.fork(process.argv[1], [
          String(() => {
            const port = process.channel.port('heir');
            port.postMessage('mine');
            const all = [];
            port.on('message', (message) => all.push(message));
            port.on('close', () => require('node:fs').writeSync(1, JSON.stringify(all)));
          }),
        ]);
        const port = child.channel.port('heir');
        for (let i = 0; i < 1000; i++) port.postMessage(i);
        port.on('message', () => process.exit());
      },
      { silent: true },
    );
    parent.stdout.setEncoding('utf8');
    let text = '';
    parent.stdout.on('data', (chunk) => (text += chunk));
    await when(parent.stdout, 'end');
    t.deepEqual(JSON.parse(text), range(1000));
  },
);

onlyForkwire('a name can be used again after its port was closed, from either side', async (t, { fork }) => {
  const child = running(fork, () => {
    let count = 0;
    const open = () => {
      const port = process.channel.port('again');
      port.postMessage(`child ${count++}`);
      port.on('message', (message) => {
        if (message === 'you close') port.close();
      });
      port.once('close', open);
    };
    open();
  });
  for (let round = 0; round < 10; round++) {
    const port = child.channel.port('again');
    const inbox = new Inbox(port);
    t.is(await inbox.next(), `child ${round}`);
    const closed = once(port, 'close');
    if (round % 2 === 0) port.close();
    else port.postMessage('you close');
    await closed;
  }
});

onlyForkwire('a port that nobody reads stops nobody else', async (t, { fork }) => {
  const child = running(fork, () => {
    process.channel.port('unread');
    const port = process.channel.port('read');
    port.on('message', (message) => port.postMessage(message));
    process.on('message', (message) => process.send(message));
  });
  const unread = child.channel.port('unread');
  const read = child.channel.port('read');
  for (let i = 0; i < 2000; i++) unread.postMessage('x'.repeat(10_000));
  read.postMessage('port');
  t.is(await new Inbox(read).next(), 'port');
  child.send('channel');
  t.is(await new Inbox(child).next(), 'channel');
  t.true(unread.stats().sent.backlog > 0);
});

onlyForkwire('an unread port makes send() return false, and drains when it is read', async (t, { fork }) => {
  const child = running(fork, () => {
    const port = process.channel.port('flood');
    process.once('message', () => port.on('message', () => {}));
  });
  const port = child.channel.port('flood');
  let settled = 0;
  let sent = 0;
  do sent += 1;
  while (port.send('x'.repeat(10_000), () => (settled += 1)));
  child.send('read');
  await once(port, 'drain');
  t.is(settled, sent);
});

onlyForkwire('a port keeps its process alive while it has a message listener', async (t, { fork }) => {
  const child = running(fork, () => {
    const port = process.channel.port('alive');
    port.on('message', function listener(message) {
      if (message === 'stop listening') port.off('message', listener);
    });
  });
  const port = child.channel.port('alive');
  t.false(port.hasRef());
  port.ref();
  t.true(port.hasRef());
  port.unref();
  port.postMessage('stop listening');
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

onlyForkwire('a port closes when the process at its other end is killed', async (t, { fork }) => {
  const child = running(fork, () => {
    const port = process.channel.port('victim');
    port.on('message', () => {});
    port.postMessage('ready');
  });
  const port = child.channel.port('victim');
  await once(port, 'message');
  port.ref();
  child.kill('SIGKILL');
  await once(port, 'close');
  port.postMessage('into the void');
  t.false(port.send('into the void'));
  const [error] = await new Promise((resolve) => port.send('x', (...all) => resolve(all)));
  t.is(error.code, 'ERR_IPC_CHANNEL_CLOSED');
});

onlyForkwire('ports live on when the channel is disconnected', async (t, { fork }) => {
  const child = running(fork, () => {
    const port = process.channel.port('survivor');
    port.on('message', (message) => port.postMessage(message));
    port.postMessage('ready');
  });
  const port = child.channel.port('survivor');
  const inbox = new Inbox(port);
  await inbox.next();
  child.disconnect();
  await when(child, 'disconnect');
  port.postMessage('still here');
  t.is(await inbox.next(), 'still here');
  port.close();
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

onlyForkwire(
  'bad names, closed channels and other wires are refused with what to do',
  async (t, { fork }) => {
    const child = fork('idle.cjs');
    for (const name of [undefined, '', 3, {}, 'x'.repeat(256)]) {
      t.throws(() => child.channel.port(name), { code: 'ERR_INVALID_ARG_TYPE' });
    }
    const { channel } = child;
    child.disconnect();
    t.throws(() => channel.port('late'), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  },
);

onlyForkwire(
  'requests are made and served over a port, whichever end asked for it first',
  async (t, { fork }) => {
    const child = running(fork, () => {
      const port = process.channel.port('sums');
      port.serve(({ a, b }) => {
        if (a === undefined) throw new RangeError('nothing to add');
        return a + b;
      });
      port.request('who').then((who) => port.postMessage(who));
    });
    const port = child.channel.port('sums');
    const stop = port.serve(() => 'the parent');
    const inbox = new Inbox(port);
    t.is(await inbox.next(), 'the parent');
    t.is(await port.request({ a: 1, b: 2 }), 3);
    await t.throwsAsync(port.request({}), { instanceOf: RangeError, message: 'nothing to add' });
    const sums = await Promise.all(range(500).map((a) => port.request({ a, b: 1 })));
    t.deepEqual(
      sums,
      range(500).map((a) => a + 1),
    );
    stop();
    const { port1, port2 } = new MessageChannel();
    port2.serve((n) => n * 2);
    t.is(await port1.request(21), 42);
    port1.close();
    await t.throwsAsync(port1.request(1), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  },
);

onlyForkwire('a port is read by loops, calls and listeners', async (t, { fork }) => {
  const child = running(fork, () => {
    const port = process.channel.port('numbers');
    for (let i = 0; i < 1000; i++) port.postMessage(i);
    port.once('message', () => port.close());
  });
  const port = child.channel.port('numbers');
  t.is(await port.next({ filter: (n) => n === 500 }), 500);
  t.is(await port.next(), 0);
  const all = [];
  for await (const n of port) {
    all.push(n);
    if (n === 999) await port.post('enough');
  }
  t.deepEqual(
    all,
    range(1000).filter((n) => n !== 0 && n !== 500),
  );
  await t.throwsAsync(port.next(), { code: 'ERR_IPC_CHANNEL_CLOSED' });
});

onlyForkwire(
  'a port that nobody here asked for closes with the channel, whichever end disconnects',
  async (t, { fork }) => {
    for (const who of ['parent', 'child']) {
      const child = running(
        fork,
        () => {
          const port = process.channel.port('unclaimed');
          port.on('message', () => {});
          port.on('close', () => require('node:fs').writeSync(1, 'closed'));
          process.once('message', () => process.disconnect());
          process.send('offered');
        },
        { silent: true },
      );
      let text = '';
      child.stdout.on('data', (chunk) => (text += chunk));
      await when(child, 'message');
      if (who === 'parent') child.disconnect();
      else child.send('disconnect');
      t.deepEqual(await exited(child), { code: 0, signal: null });
      t.is(text, 'closed', who);
    }
  },
);

onlyForkwire(
  'a port that the parent offers and the child never asks for closes when the child disconnects',
  async (t, { fork }) => {
    const child = running(fork, () => {
      process.once('message', () => process.disconnect());
      setInterval(() => {}, 1000);
    });
    const port = child.channel.port('unclaimed');
    const closed = once(port, 'close');
    port.on('message', () => {});
    child.send('disconnect');
    await when(child, 'disconnect');
    await closed;
    child.kill();
    t.is((await exited(child)).signal, 'SIGTERM');
  },
);
