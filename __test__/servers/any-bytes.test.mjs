import { onlyForkwire } from '../helpers/cases.mjs';
import { effort } from '../helpers/effort.mjs';
import { Client, handOver, webServer } from './helpers.mjs';

// Any sequence of requests, divided in any way, handed over at any of them: all are answered, in order, with their bodies.

/** Bodies that look like what a search for the end of a head could take for one. */
const PIECES = [
  '',
  '\r\n\r\n',
  '\n\n',
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  '0\r\n\r\n',
  'x'.repeat(300),
  '\r\n',
  'é',
];

const randomFrom = (seed) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

function makeRequest(random, n) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const body = Array.from({ length: Math.floor(random() * 4) }, () => pick(PIECES)).join('');
  const host = `Host:${pick(['', ' ', '   '])}a${pick(['', ' '])}\r\n${'X-Y: 1\r\n'.repeat(pick([0, 1, 40]))}`;
  const kind = pick(['none', 'length', 'chunked', 'none']);
  if (kind === 'none') return { bytes: `GET /${n} HTTP/1.1\r\n${host}\r\n`, body: '' };
  const length = Buffer.byteLength(body, 'latin1');
  if (kind === 'length') {
    return { bytes: `POST /${n} HTTP/1.1\r\n${host}Content-Length: ${length}\r\n\r\n${body}`, body };
  }
  const cut = Math.floor(random() * length);
  const chunks = [body.slice(0, cut), body.slice(cut)].filter((part) => part !== '');
  const framed = chunks
    .map((part) => `${part.length.toString(16)}${pick(['', ';a=b'])}\r\n${part}\r\n`)
    .join('');
  return {
    bytes: `POST /${n} HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${framed}0\r\n\r\n`,
    body,
  };
}

onlyForkwire('no byte is lost or doubled, whatever the client sends and however', async (t, { share }) => {
  const child = share('servers/serve.cjs');
  let leaves;
  const server = await webServer(t, {
    request: async (request, response) => {
      if (Number(request.url.slice(1)) === leaves) {
        await handOver(child, { request }).catch((error) => t.fail(`${error.message}`));
        return;
      }
      let body = '';
      for await (const chunk of request.setEncoding('latin1')) body += chunk;
      response.end(JSON.stringify({ url: request.url, body }));
    },
  });
  for (let seed = 1; seed <= effort(600, 80); seed++) {
    const random = randomFrom(seed);
    const requests = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, n) => makeRequest(random, n));
    leaves = Math.floor(random() * requests.length);
    const client = await Client.to(t, server);
    client.socket.setNoDelay(true);
    let bytes = requests.map((request) => request.bytes).join('');
    while (bytes !== '') {
      const length = random() < 0.3 ? bytes.length : 1 + Math.floor(random() * 200);
      client.write(bytes.slice(0, length));
      bytes = bytes.slice(length);
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.socket.end();
    const text = await client.end();
    const answers = [...text.matchAll(/\{"(?:pid|url)".*\}/g)].map(([json]) => JSON.parse(json));
    t.deepEqual(
      answers.map(({ url, body }) => [url, body]),
      requests.map(({ body }, n) => [`/${n}`, body]),
      `seed ${seed}, handed over at ${leaves}`,
    );
    const there = answers.map(({ pid }) => pid === child.pid);
    t.deepEqual(
      there,
      requests.map((_, n) => n >= leaves),
      `seed ${seed}`,
    );
  }
});
