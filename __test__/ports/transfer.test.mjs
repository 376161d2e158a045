import { once } from 'node:events';
import net from 'node:net';
import { inspect } from 'node:util';
import { onlyForkwire } from '../helpers/cases.mjs';
import { exited, when } from '../helpers/child.mjs';
import { settledSockets, untilSockets } from '../helpers/descriptors.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { connection, listening } from '../helpers/sockets.mjs';
import { MessageChannel, MessagePort, range, running, untilClosed } from './helpers.mjs';

/** Answers on each port that comes, whatever the way. */
const answering = () => {
  const answer = (port) => port.on('message', (message) => port.postMessage({ answer: message }));
  process.on('message', (message, handle) => {
    if (Array.isArray(handle)) handle.forEach((one) => one.postMessage && answer(one));
    else if (handle) answer(handle);
    process.send('has it');
  });
};

onlyForkwire('the ports of a MessageChannel are connected in one process', async (t) => {
  const { port1, port2 } = new MessageChannel();
  t.true(port1 instanceof MessagePort && port2 instanceof MessagePort);
  for (const i of range(100)) port1.postMessage(i);
  t.deepEqual(await new Inbox(port2).take(100), range(100));
  const closed = [once(port1, 'close'), once(port2, 'close')];
  port1.close();
  await Promise.all(closed);
  t.throws(() => new MessagePort(), { message: 'Illegal constructor' });
});

onlyForkwire('a port shows its state as one of Node does, and nothing private', async (t) => {
  const { port1, port2 } = new MessageChannel();
  t.is(inspect(port1), 'MessagePort { active: true, refed: false }');
  t.is(inspect([[[port2]]]), '[ [ [ [MessagePort] ] ] ]');
  t.deepEqual(
    Object.keys(port1).filter((name) => !name.startsWith('_')),
    ['toJSON'],
  );
  port1.on('message', () => {});
  t.is(inspect(port1), 'MessagePort { active: true, refed: true }');
  port2.ref(); // nothing else keeps the process running until it closes
  port1.close();
  t.is(inspect(port1), 'MessagePort { active: false }');
  await once(port2, 'close');
});

onlyForkwire('the options of a MessageChannel are an object', (t) => {
  for (const options of [null, 5, 'x', []]) {
    t.throws(() => new MessageChannel(options), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  t.throws(() => new MessageChannel({ highWatermark: 1 }), { code: 'ERR_INVALID_ARG_VALUE' });
});

for (const serialization of ['json', 'advanced']) {
  onlyForkwire(`a port moves to a child, ${serialization}`, async (t, { fork }) => {
    const child = running(fork, answering, { serialization });
    const { port1, port2 } = new MessageChannel();
    port1.postMessage('sent before');
    child.send('a port', port2);
    port1.postMessage('sent after');
    const inbox = new Inbox(port1);
    t.deepEqual(await inbox.take(2), [{ answer: 'sent before' }, { answer: 'sent after' }]);
    port1.close();
  });

  onlyForkwire(`ports travel with sockets in one array, ${serialization}`, async (t, { fork }) => {
    const child = running(
      fork,
      () => {
        process.on('message', (message, [one, socket, other]) => {
          one.postMessage('one');
          other.postMessage(socket.constructor.name);
          socket.end('hello');
        });
      },
      { serialization },
    );
    const [a, b] = [new MessageChannel(), new MessageChannel()];
    const { accepted, client } = await connection(t, await listening(t, { pauseOnConnect: true }));
    b.port1.postMessage('x');
    child.send('all', [a.port2, accepted, b.port2]);
    t.is(await new Inbox(a.port1).next(), 'one');
    t.is(await new Inbox(b.port1).next(), 'Socket');
    t.is(String((await once(client, 'data'))[0]), 'hello');
    a.port1.close();
    b.port1.close();
  });
}

onlyForkwire('two children talk over a port with nobody in between', async (t, { fork }) => {
  const one = running(fork, () => {
    process.on('message', (message, port) => {
      for (let i = 0; i < 500; i++) port.postMessage(i);
      port.on('message', (sum) => process.send({ sum }));
    });
  });
  const other = running(fork, () => {
    process.on('message', (message, port) => {
      let sum = 0;
      port.on('message', (i) => {
        sum += i;
        if (i === 499) port.postMessage(sum);
      });
    });
  });
  const { port1, port2 } = new MessageChannel();
  one.send('take it', port1);
  other.send('take it', port2);
  t.deepEqual(await new Inbox(one).next(), { sum: 124_750 });
});

onlyForkwire('a port goes to a grandchild by way of its parent', async (t, { fork }) => {
  const child = running(fork, (forkwire) => {
    const grandchild = forkwire.fork(process.argv[1], [
      String(() => {
        process.on('message', (message, port) => {
          port.on('message', (text) => port.postMessage([text, process.pid]));
        });
      }),
    ]);
    process.on('message', (message, port) => grandchild.send(message, port));
    process.send(grandchild.pid);
    process.on('disconnect', () => grandchild.kill());
  });
  const pid = await new Inbox(child).next();
  const { port1, port2 } = new MessageChannel();
  for (const i of range(300)) port1.postMessage(i);
  child.send('further', port2);
  t.deepEqual(
    await new Inbox(port1).take(300),
    range(300).map((i) => [i, pid]),
  );
  port1.close();
});

onlyForkwire('a port that was read in part takes the rest along', async (t, { fork }) => {
  const child = running(fork, answering);
  for (const taken of [1, 10, 150]) {
    const { port1, port2 } = new MessageChannel();
    const all = range(400).map((i) => ({ i, text: 'x'.repeat(i * 7) }));
    for (const one of all) port1.postMessage(one);
    const seen = [];
    await new Promise((resolve) => {
      port2.on('message', function take(message) {
        seen.push(message);
        if (seen.length < taken) return;
        // In the middle of a run: more of it follows when this returns.
        child.send('the rest', port2);
        resolve();
      });
    });
    t.deepEqual(seen, all.slice(0, taken));
    t.deepEqual(
      await new Inbox(port1).take(400 - taken),
      all.slice(taken).map((answer) => ({ answer })),
    );
    port1.close();
  }
});

onlyForkwire('a port that had messages held for a listener takes them along', async (t, { fork }) => {
  const child = running(fork, answering);
  const { port1, port2 } = new MessageChannel();
  for (const i of range(500)) port1.postMessage(i);
  // Only one is taken; others are read with it.
  await once(port2, 'message');
  child.send('the rest', port2);
  t.deepEqual(
    await new Inbox(port1).take(499),
    range(499).map((i) => ({ answer: i + 1 })),
  );
  port1.close();
});

onlyForkwire('a message of many megabytes that is on its way moves with its port', async (t, { fork }) => {
  const child = running(fork, () => {
    process.on('message', (message, port) => {
      port.on('message', (bytes) => port.postMessage([bytes.length, bytes.every((byte) => byte === 7)]));
      process.send('has it');
    });
  });
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(Buffer.alloc(24 << 20, 7));
  port2.on('message', () => t.fail('it was not whole'));
  // Begin to read it here.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  child.send('take it', port2);
  t.deepEqual(await new Inbox(port1).next(), [24 << 20, true]);
  port1.close();
});

onlyForkwire(
  'what a port has not written yet is written by the process that receives it',
  async (t, { fork }) => {
    const child = running(fork, () => {
      process.on('message', (message, port) => port.postMessage('from the child'));
    });
    const { port1, port2 } = new MessageChannel();
    let settled = 0;
    const count = 400;
    for (const i of range(count)) port2.send({ i, text: 'x'.repeat(20_000) }, () => (settled += 1));
    t.true(port2.stats().sent.backlog > 1 << 20);
    child.send('take it', port2);
    const inbox = new Inbox(port1);
    t.deepEqual(
      (await inbox.take(count)).map(({ i }) => i),
      range(count),
    );
    t.is(await inbox.next(), 'from the child');
    t.is(settled, count);
    port1.close();
  },
);

onlyForkwire('a port that is sent on and on loses nothing', async (t, { fork }) => {
  const child = running(fork, () => {
    process.on('message', (message, port) => {
      let seen = 0;
      port.on('message', function take(value) {
        process.send({ value, by: 'child' });
        if (++seen === 3) {
          port.off('message', take);
          process.send('back', port);
        }
      });
    });
  });
  const { port1, port2 } = new MessageChannel();
  const all = range(40);
  for (const i of all) port1.postMessage(i);
  const seen = [];
  let port = port2;
  const inbox = new Inbox(child);
  while (seen.length < 40) {
    await new Promise((resolve) => {
      port.on('message', function take(value) {
        seen.push(value);
        port.off('message', take);
        if (seen.length < 40) child.send('take it', port);
        resolve();
      });
    });
    if (seen.length === 40) break;
    for (;;) {
      const { message, handle } = await inbox.nextWithHandle();
      if (message === 'back') {
        port = handle;
        break;
      }
      seen.push(message.value);
      if (seen.length === 40) break;
    }
  }
  t.deepEqual(seen, all);
  port1.close();
});

onlyForkwire('postMessage() carries ports inside its message', async (t, { fork }) => {
  const child = running(fork, () => {
    const port = process.channel.port('calls');
    port.on('message', ({ reply, list }) => {
      reply.postMessage('by name');
      for (const [i, one] of list.entries()) one?.postMessage(`in the list at ${i}`);
    });
  });
  const port = child.channel.port('calls');
  const [a, b] = [new MessageChannel(), new MessageChannel()];
  const shared = { deep: 1 };
  const message = {
    reply: a.port2,
    list: [undefined, b.port2],
    shared,
    again: shared,
    map: new Map([[1, 2]]),
  };
  port.postMessage(message, [a.port2, b.port2]);
  t.is(message.reply, a.port2, 'the message itself is left alone');
  t.is(await new Inbox(a.port1).next(), 'by name');
  t.is(await new Inbox(b.port1).next(), 'in the list at 1');
  a.port1.close();
  b.port1.close();
  const { port1, port2 } = new MessageChannel();
  const itself = new MessageChannel();
  itself.port1.postMessage(port2, [port2]);
  const [moved] = await once(itself.port2, 'message');
  moved.postMessage('the message was the port');
  t.is(await new Inbox(port1).next(), 'the message was the port');
  for (const one of [port1, itself.port1]) one.close();
});

onlyForkwire('sockets and servers are transferred by postMessage() too', async (t, { fork }) => {
  const child = running(fork, () => {
    const port = process.channel.port('sockets');
    port.on('message', (message, handles) => {
      handles[0].end(`${message} in the child`);
    });
  });
  const port = child.channel.port('sockets');
  const { accepted, client } = await connection(t, await listening(t, { pauseOnConnect: true }));
  port.postMessage('a socket', { transfer: [accepted] });
  t.is(String((await once(client, 'data'))[0]), 'a socket in the child');
});

onlyForkwire('a port that was sent is detached, and errors are those of Node', async (t, { fork }) => {
  const child = running(fork, answering);
  const { port1, port2 } = new MessageChannel();
  child.send('take it', port2);
  t.notThrows(() => port2.postMessage('nowhere'));
  t.false(port2.send('nowhere', () => {}));
  t.false(port2.hasRef());
  // AVA takes no DOMException for an error.
  const refuses = (step, message = '') => {
    try {
      step();
    } catch (error) {
      t.is(error.name, 'DataCloneError');
      t.true(error.message.includes(message), error.message);
      return;
    }
    t.fail('nothing was thrown');
  };
  refuses(() => port1.postMessage(1, [port2]), 'MessagePort in transfer list is already detached');
  refuses(() => port1.postMessage(1, [port1]), 'Transfer list contains source port');
  const other = new MessageChannel();
  refuses(() => port1.postMessage(1, [other.port1, other.port1]));
  refuses(() => port1.postMessage({ at: other.port1 }));
  refuses(() => port1.postMessage(() => {}));
  refuses(() => JSON.stringify(other.port1));
  t.throws(() => port1.postMessage(1, [{}]), { code: 'ERR_INVALID_TRANSFER_OBJECT' });
  t.throws(() => port1.postMessage(1, 'list'), { code: 'ERR_INVALID_ARG_TYPE' });
  refuses(() => child.channel.port('named').postMessage(1, [child.channel.port('named')]));
  refuses(() => child.send('named', child.channel.port('named')));
  // It was left alone by all this.
  other.port1.postMessage('still here');
  t.is(await new Inbox(other.port2).next(), 'still here');
  other.port1.close();
  port1.close();
});

onlyForkwire('an ArrayBuffer in the transfer list is detached here', async (t) => {
  const { port1, port2 } = new MessageChannel();
  const { buffer } = new Uint8Array([1, 2, 3]);
  port1.postMessage({ buffer }, [buffer]);
  t.is(buffer.byteLength, 0);
  t.deepEqual(await new Inbox(port2).next(), { buffer: new Uint8Array([1, 2, 3]).buffer });
  port1.close();
});

onlyForkwire('a port whose message cannot be sent stays as it was', async (t, { fork }) => {
  const child = running(fork, answering);
  const { port1, port2 } = new MessageChannel();
  port1.postMessage('early');
  const inbox = new Inbox(port2);
  t.is(await inbox.next(), 'early');
  const circle = {};
  circle.circle = circle;
  t.throws(() => child.send(circle, port2));
  t.throws(() => child.send('two', [port2, {}]), { code: 'ERR_INVALID_HANDLE_TYPE' });
  port1.postMessage('late');
  t.is(await inbox.next(), 'late');
  port2.postMessage('and back');
  t.is(await new Inbox(port1).next(), 'and back');
  port1.close();
});

onlyForkwire('a port that does not reach its receiver is given back', async (t, { fork }) => {
  const child = fork('idle.cjs');
  child.on('error', () => {});
  child.kill('SIGKILL');
  await exited(child);
  const { port1, port2 } = new MessageChannel();
  const error = await new Promise((resolve) => child.send('take it', port2, resolve));
  t.truthy(error);
  port1.postMessage('are you there');
  const inbox = new Inbox(port2);
  t.is(await inbox.next(), 'are you there');
  port1.close();
});

onlyForkwire('ports that are sent, closed or forgotten leave no descriptor behind', async (t, { fork }) => {
  const child = running(fork, () => {
    process.on('message', (message, port) => port.close());
    process.send('ready');
  });
  await when(child, 'message');
  const before = [await settledSockets(process.pid), await settledSockets(child.pid)];
  for (let round = 0; round < 50; round++) {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage('x');
    if (round % 2 === 0) await once(port2, 'message');
    const closed = once(port1, 'close');
    child.send('take it', port2);
    await closed;
  }
  // The child's acknowledgement of the last one may still be on its way.
  await untilSockets(process.pid, before[0]);
  await untilSockets(child.pid, before[1]);
  t.pass();
});

onlyForkwire('a net.Socket is still no port', async (t, { fork }) => {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage('x', [new net.Socket()]);
  t.is(await new Inbox(port2).next(), 'x');
  port1.close();
  t.deepEqual(await untilClosed(port2), []);
  t.truthy(fork);
});

onlyForkwire(
  'a port in the message of send() is refused, and the error says how to send one',
  async (t, { fork }) => {
    const hints = { json: /^A port is sent as a handle/, advanced: /^function portsAreSentAsHandles/ };
    for (const [serialization, hint] of Object.entries(hints)) {
      const child = running(fork, () => process.once('message', (_, port) => port.close()), {
        serialization,
      });
      const { port1, port2 } = new MessageChannel();
      // AVA does not take a DOMException for an error.
      for (const message of [port2, { port: port2 }])
        t.regex(t.throws(() => child.send(message), { any: true }).message, hint);
      const closed = once(port1, 'close');
      child.send('in its place', port2);
      await closed;
    }
  },
);
