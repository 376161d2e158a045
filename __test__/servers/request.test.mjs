import { onlyForkwire } from '../helpers/cases.mjs';
import { once } from '../helpers/events.mjs';
import { Client, each, get, handOver, outcome, webServer } from './helpers.mjs';

/** A server that hands every request over as soon as it sees it. */
const handingServer = (t, child, options) =>
  webServer(
    t,
    { request: (request) => void handOver(child, { request }).catch((error) => t.fail(error.message)) },
    options,
  );

const chunked = 'Transfer-Encoding: chunked\r\n';

each('a request is answered by the child, with its headers as they were sent', async (t, { start }) => {
  const child = start();
  const server = await handingServer(t, child);
  const client = await Client.to(t, server);
  client.write('GET /one?a=%20b HTTP/1.1\r\nhOsT: localhost\r\nX-Same: 1\r\nx-same:   2 \r\nEmpty:\r\n\r\n');
  const [answer] = await client.answers(1);
  t.like(answer, { pid: child.pid, method: 'GET', url: '/one?a=%20b', body: '' });
  t.deepEqual(answer.rawHeaders, ['hOsT', 'localhost', 'X-Same', '1', 'x-same', '2', 'Empty', '']);
  // The connection stays in the child.
  client.write(get('/two'));
  t.is((await client.answers(2))[1].url, '/two');
});

each('requests that the client sent ahead follow in order, one of them in part', async (t, { start }) => {
  const child = start();
  const server = await handingServer(t, child);
  const client = await Client.to(t, server);
  const post = `POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello`;
  client.write(get('/1') + get('/1') + get('/2') + post + get('/4').slice(0, 20));
  t.deepEqual(
    (await client.answers(4)).map(({ url, body, pid }) => [url, body, pid]),
    [
      ['/1', '', child.pid],
      ['/1', '', child.pid],
      ['/2', '', child.pid],
      ['/3', 'hello', child.pid],
    ],
  );
  client.write(get('/4').slice(20));
  t.is((await client.answers(5))[4].url, '/4');
});

each('earlier requests are answered here first', async (t, { start }) => {
  const child = start();
  const held = [];
  const server = await webServer(t, {
    request: (request, response) => {
      if (request.url === '/here') held.push(response);
      else void handOver(child, { request }).catch((error) => t.fail(error.message));
      if (held.length === 2) setImmediate(() => held.forEach((each_) => each_.end('{"url":"here"}')));
    },
  });
  const client = await Client.to(t, server);
  client.write(get('/here') + get('/here') + get('/there') + get('/there2'));
  t.deepEqual(
    (await client.answers(4)).map(({ url }) => url),
    ['here', 'here', '/there', '/there2'],
  );
});

const bodies = {
  'a body with a length': ['Content-Length: 10\r\n', ['\r\n\r\n', '12', '3456'], '\r\n\r\n123456', []],
  'a body in chunks': [
    chunked,
    ['5\r\nhe', 'llo\r\n1', '\r\n!\r\n', '0\r\nT: 1\r\n\r\n'],
    'hello!',
    ['T', '1'],
  ],
  'a body that has come whole': [
    chunked,
    ['5\r\nhello\r\n1\r\n!\r\n0\r\nT: 1\r\n\r\n'],
    'hello!',
    ['T', '1'],
  ],
  'bytes of any value': ['Content-Length: 256\r\n', [String.fromCharCode(...Array(256).keys())], null, []],
};

for (const [what, [header, parts, expected, trailers]] of Object.entries(bodies)) {
  each(`${what} continues in the child`, async (t, { start }) => {
    const child = start();
    const server = await handingServer(t, child);
    const client = await Client.to(t, server);
    client.write(`POST /body HTTP/1.1\r\nHost: a\r\n${header}\r\n${parts[0]}`);
    for (const part of parts.slice(1)) {
      await new Promise((resolve) => setImmediate(resolve));
      client.write(part);
    }
    const [{ pid, body, rawTrailers }] = await client.answers(1);
    t.deepEqual([pid, body, rawTrailers], [child.pid, expected ?? parts.join(''), trailers]);
  });
}

each('a request can wait here before it is handed over', async (t, { start }) => {
  const child = start();
  const arrived = [];
  const server = await webServer(t, { request: (request) => arrived.push(request) });
  const later = async (head, rest) => {
    const client = await Client.to(t, server);
    client.write(head);
    while (arrived.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const request = arrived.pop();
    await new Promise((resolve) => setImmediate(resolve));
    const done = handOver(child, { request });
    if (rest !== undefined) client.write(rest);
    await done;
    const [{ pid, body, rawTrailers }] = await client.answers(1);
    t.is(pid, child.pid);
    return [body, rawTrailers];
  };
  t.deepEqual(await later(get('/wait')), ['', []]);
  t.deepEqual(await later(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc`, 'def'), [
    'abcdef',
    [],
  ]);
  const whole = `POST / HTTP/1.1\r\nHost: a\r\n${chunked}\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nT: 2\r\n\r\n`;
  t.deepEqual(await later(whole), ['abcde', ['T', '2']]);
});

each('the client of "Expect: 100-continue" is asked to continue once', async (t, { start }) => {
  const child = start();
  const server = await handingServer(t, child);
  const client = await Client.to(t, server);
  client.write('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n');
  await client.until(/100 Continue/);
  client.write('abc');
  t.is((await client.answers(1))[0].body, 'abc');
  t.is(client.text.match(/100 Continue/g).length, 1);
});

each('an upgrade continues in the child, with what came after it', async (t, { start }) => {
  const child = start();
  const hand = (request, socket, head) =>
    void handOver(child, { request, socket, head }).catch((error) => t.fail(error.message));
  const server = await webServer(t, { upgrade: hand, connect: hand });
  for (const first of [
    get('/chat', 'Connection: Upgrade\r\nUpgrade: shout\r\n'),
    'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n',
  ]) {
    const client = await Client.to(t, server);
    client.write(`${first}hello `);
    await client.until(/101 [^]*HELLO $/);
    client.write('again');
    await client.until(/HELLO AGAIN$/);
    t.regex(await client.end(), /HELLO AGAIN\.$/);
  }
});

each('an upgrade that was answered here is taken up there without a second answer', async (t, { start }) => {
  const child = start();
  const server = await webServer(t, {
    upgrade: (request, socket, head) => {
      socket.write('HTTP/1.1 101 Here\r\n\r\n');
      void handOver(child, { request, socket, head, answered: true }).catch((error) => t.fail(error.message));
    },
  });
  const client = await Client.to(t, server);
  client.write(`${get('/chat', 'Connection: Upgrade\r\nUpgrade: shout\r\n')}some `);
  await client.until(/SOME $/);
  t.is(await client.write('more').end(), 'HTTP/1.1 101 Here\r\n\r\nSOME MORE.');
});

each('a server that does not take up an answered upgrade closes it', async (t, { start }) => {
  const child = start();
  const server = await webServer(t, {
    upgrade: (request, socket, head) => {
      socket.write('here ');
      request.rawHeaders = ['Host', 'a'];
      void handOver(child, { request, socket, head, answered: true }).catch((error) => t.fail(error.message));
    },
  });
  const client = await Client.to(t, server);
  client.write(get('/chat', 'Connection: Upgrade\r\nUpgrade: shout\r\n'));
  if (!client.closed) await once(client.socket, 'close');
  t.is(client.text, 'here ');
});

each('a connection between two requests continues in the child', async (t, { start }) => {
  const child = start();
  const sockets = [];
  const server = await webServer(t, {
    connection: (socket) => sockets.push(socket),
    request: (request, response) => response.end('{"url":"here"}'),
  });
  const client = await Client.to(t, server);
  client.write(get('/'));
  await client.answers(1);
  await handOver(child, sockets[0]);
  client.write(get('/two'));
  const [, { pid, url }] = await client.answers(2);
  t.deepEqual([pid, url], [child.pid, '/two']);
  // One on which nothing has come yet.
  const fresh = await Client.to(t, server);
  while (sockets.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await handOver(child, sockets[1]);
  fresh.write(get('/fresh'));
  t.is((await fresh.answers(1))[0].url, '/fresh');
});

each('here the connection closes quietly, and no server counts it twice', async (t, { start }) => {
  const child = start([]);
  const events = [];
  const server = await webServer(t, {
    request: (request) => {
      request.on('aborted', () => events.push('aborted')).on('error', () => events.push('error'));
      request.socket.on('close', (hadError) => events.push(`close ${Boolean(hadError)}`));
      void handOver(child, { request }).then(() => events.push('handed over'));
    },
    clientError: () => events.push('clientError'),
  });
  const client = await Client.to(t, server);
  client.write(get('/'));
  await client.answers(1);
  t.deepEqual(events, ['handed over', 'close false']);
  t.is(await new Promise((resolve) => server.getConnections((error, count) => resolve(count))), 0);
  child.send('web');
  const [message] = await new Promise((resolve) => child.once('message', (...all) => resolve(all)));
  t.deepEqual(message, { web: 1 });
  // close() does not wait for connections that are elsewhere.
  await new Promise((resolve) => server.close(resolve));
  await client.end();
});

onlyForkwire('what cannot be handed over stays here, with the reason', async (t, { share }) => {
  const child = share('servers/serve.cjs');
  const messages = [];
  const tried = async (listener, bytes, event = 'request') => {
    const server = await webServer(t, {
      [event]: async (request, response) => {
        const error = await Promise.resolve(listener(request, response)).catch((thrown) => thrown);
        messages.push(error?.message?.replace('The connection cannot be handed over: ', ''));
        t.is(error?.code, 'ERR_FORKWIRE_NOT_MOVABLE');
        response.end('{"url":"still here"}');
      },
    });
    const client = await Client.to(t, server);
    client.write(bytes);
    await client.until(/still here/);
  };
  const chunks = `POST / HTTP/1.1\r\nHost: a\r\n${chunked}\r\n5\r\nhe`;
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await tried(async (request) => {
    await turn();
    await handOver(child, { request });
  }, chunks);
  await tried(async (request) => {
    request.resume();
    await turn();
    await handOver(child, { request });
  }, chunks);
  await tried((request) => handOver(child, request.socket), get('/'));
  await tried(async (request, response) => {
    response.write('begun ');
    await handOver(child, { request });
  }, get('/'));
  t.deepEqual(
    messages.map((message) => message.slice(0, 62)),
    [
      'the body of the request comes in chunks, and this process has r',
      'this process has begun to read the body of the request',
      "a request has begun on it. Hand it over in the listener of 're",
      'the answer to its request has begun',
    ].map((message) => message.slice(0, 62)),
  );
});

onlyForkwire('a request stays here if a later one was read, and both are answered', async (t, { share }) => {
  const child = share('servers/serve.cjs');
  const seen = [];
  const server = await webServer(t, {
    request: async (request, response) => {
      seen.push(request);
      await new Promise((resolve) => setImmediate(resolve));
      const code = request === seen[0] ? await outcome(handOver(child, { request })) : 'later';
      response.end(`{"code":"${code}"}`);
    },
  });
  const client = await Client.to(t, server);
  client.write(get('/1') + get('/2'));
  t.deepEqual(await client.answers(2), [{ code: 'ERR_FORKWIRE_NOT_MOVABLE' }, { code: 'later' }]);
});

each('a second handover of the same request is refused, and the first one succeeds', async (t, { start }) => {
  const child = start();
  const outcomes = [];
  const server = await webServer(t, {
    request: (request) => {
      for (const connection of [{ request }, { request }, request.socket])
        outcomes.push(outcome(handOver(child, connection)));
    },
  });
  const client = await Client.to(t, server);
  client.write(`POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello${get('/two')}`);
  const answers = await client.answers(2);
  t.deepEqual(
    answers.map(({ pid, url, body }) => [pid, url, body]),
    [
      [child.pid, '/one', 'hello'],
      [child.pid, '/two', ''],
    ],
  );
  const refused = 'ERR_FORKWIRE_NOT_MOVABLE';
  t.deepEqual(await Promise.all(outcomes), [null, refused, refused]);
});

onlyForkwire('bad arguments are refused by name', async (t, { share }) => {
  const child = share('servers/serve.cjs');
  const bad = async (...args) => {
    const error = await t.throwsAsync(() => handOver(...args));
    return `${error.code} ${error.message.match(/"(.*?)"|'(.*?)'/)?.[0]}`;
  };
  t.is(await bad(undefined, {}), 'ERR_INVALID_ARG_TYPE "to"');
  t.is(await bad({}, {}), 'ERR_INVALID_ARG_TYPE "to"');
  t.is(await bad(child, undefined), 'ERR_INVALID_ARG_TYPE "connection"');
  t.is(await bad(child, {}), 'ERR_INVALID_ARG_TYPE "connection"');
  t.is(await bad(child, { request: {} }), 'ERR_INVALID_ARG_TYPE "connection.request"');
  t.is(await bad(child, {}, null), 'ERR_INVALID_ARG_TYPE "options"');
  t.is(await bad(child, {}, { name: 1 }), 'ERR_INVALID_ARG_TYPE "options.name"');
  t.is(await bad(child, {}, { signal: 1 }), 'ERR_INVALID_ARG_TYPE "options.signal"');
});

const heads = {
  url: ['/a b', '/a\r\n', '/\u00fc', '/\u20ac', '', 5],
  rawHeaders: [
    ['a', 'b\r\nc'],
    ['a', '\u20ac'],
    ['a', 5],
    [null, 'b'],
    [undefined, undefined],
  ],
};

for (const [field, values] of Object.entries(heads)) {
  onlyForkwire(`a head with a bad ${field} is refused by name, and answered here`, async (t, { share }) => {
    const child = share('servers/serve.cjs');
    const left = [...values];
    const errors = [];
    const server = await webServer(t, {
      request: async (request, response) => {
        request[field] = left.shift();
        await handOver(child, { request }).catch((error) => errors.push([error.code, error.message]));
        response.end('{}');
      },
    });
    const client = await Client.to(t, server);
    for (let i = 0; i < values.length; i++) {
      client.write(get('/'));
      await client.answers(i + 1);
    }
    t.is(errors.length, values.length);
    for (const [code, message] of errors) {
      t.is(code, 'ERR_INVALID_ARG_VALUE');
      t.true(message.includes(`'request.${field}'`), message);
    }
  });
}

each('a header with any character of one byte arrives', async (t, { start }) => {
  const child = start();
  const server = await webServer(t, {
    request: (request) => {
      request.rawHeaders.push('X', '\u00fc');
      void handOver(child, { request }).catch((error) => t.fail(error.message));
    },
  });
  const client = await Client.to(t, server);
  client.write(get('/'));
  const [{ rawHeaders }] = await client.answers(1);
  t.deepEqual(rawHeaders.slice(-2), ['X', '\u00fc']);
});
