// Measures requests over NATS: plain request and reply of @nats-io, natsPort(), and the bridge, on the same server and in turns. Then how
// work grows with workers in 1, 2 and 4 processes. Needs a nats-server: npm run setup:nats.
//
//   npm run bench:nats [-- ROUNDS]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connect } from '@nats-io/transport-node';
import { natsBridge, natsPort } from 'forkwire/nats';
import { findNatsServer } from '../../scripts/lib/nats-server.mjs';
import { median, quantile } from '../lib/statistics.mjs';

const PORT = 14_222;
const SERVERS = `127.0.0.1:${PORT}`;
const rounds = Number(process.argv[2] ?? 20);
/** Requests in a round: with 64 under way, and one after the other. */
const COUNTS = { many: 8000, single: 1000 };
const UNDER_WAY = 64;
const message = { seq: 1, text: 'x'.repeat(80) };

const program = findNatsServer();
if (program === undefined)
  throw new Error('nats-server not found; on Debian, npm run setup:nats fetches it.');
const server = spawn(program, ['-a', '127.0.0.1', '-p', String(PORT)], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
for await (const text of server.stderr.setEncoding('utf8')) if (text.includes('Server is ready')) break;
const connection = await connect({ servers: SERVERS });

try {
  await compare();
  await grow();
} finally {
  await connection.close();
  server.kill();
}

async function compare() {
  const plain = await start('plain', 'plain');
  const port = await start('port', 'port');
  const bridge = natsBridge(connection, 'bridge', fileOf('bridged.cjs'), { workers: 1, concurrency: 1024 });
  const ports = ['port', 'bridge'].map((subject) => natsPort(connection, subject));
  const asks = {
    '@nats-io': async (value) =>
      (await connection.request('plain', JSON.stringify(value), { timeout: 60_000 })).json(),
    natsPort: (value) => ports[0].request(value),
    'behind the bridge': (value) => ports[1].request(value),
  };
  const results = Object.fromEntries(Object.keys(asks).map((name) => [name, { rate: [], p50: [] }]));
  for (let round = -3; round < rounds; round++)
    for (const name of inTurn(Object.keys(asks), round)) {
      const many = await measure(asks[name], COUNTS.many, UNDER_WAY);
      const single = await measure(asks[name], COUNTS.single, 1);
      if (round < 0) continue;
      results[name].rate.push(many.rate);
      results[name].p50.push(single.p50);
    }
  console.log(
    `requests with an answer, json of 100 B, ${rounds} rounds; medians, and those of the ratios to @nats-io in the same round`,
  );
  for (const [name, { rate, p50 }] of Object.entries(results)) {
    const [rates, delays] = [ratio(rate, results['@nats-io'].rate), ratio(p50, results['@nats-io'].p50)];
    console.log(
      `${name.padEnd(18)} ${median(rate).toFixed(0).padStart(7)} req/s ${rates}   p50 ${median(p50).toFixed(0).padStart(5)} us ${delays}`,
    );
  }
  for (const worker of [plain, port]) worker.disconnect();
  await bridge.close();
}

/** Work that waits, as for a disk or another server, and work that computes; and more and more workers. */
async function grow() {
  for (const [what, how, concurrency] of [
    ['wait for 5 ms, 4 at once in each process', 'wait', '4'],
    ['compute for 2 ms, one at once in each process', 'compute', '1'],
  ]) {
    console.log(`\nrequests that ${what}, 64 under way`);
    for (const count of [1, 2, 4]) {
      const subject = `${how}-${count}`;
      const workers = await Promise.all(
        Array.from({ length: count }, () => start(how, subject, concurrency)),
      );
      const port = natsPort(connection, subject);
      await measure(() => port.request(2), 100, UNDER_WAY);
      const { rate } = await measure(() => port.request(2), 1500, UNDER_WAY);
      console.log(`${count} processes  ${rate.toFixed(0).padStart(6)} req/s`);
      for (const worker of workers) worker.disconnect();
    }
  }
}

async function measure(ask, count, underWay) {
  const microseconds = new Float64Array(count);
  let next = 0;
  const begun = performance.now();
  const askOn = async () => {
    while (next < count) {
      const seq = next++;
      const from = performance.now();
      await ask(message);
      microseconds[seq] = (performance.now() - from) * 1000;
    }
  };
  await Promise.all(Array.from({ length: underWay }, askOn));
  return { rate: count / ((performance.now() - begun) / 1000), p50: quantile(microseconds, 0.5) };
}

async function start(...args) {
  const { fork } = await import('node:child_process');
  const child = fork(fileOf('worker.mjs'), [SERVERS, ...args]);
  await once(child, 'message');
  return child;
}

function fileOf(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** So that none always follows the same one. */
function inTurn(names, round) {
  return names.map((_, at) => names[(at + round + names.length * 10) % names.length]);
}

function ratio(values, base) {
  return `${median(values.map((value, at) => value / base[at])).toFixed(2)}x`;
}
