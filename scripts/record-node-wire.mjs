// Records what a stock Node child writes on its 'ipc' channel, as fixtures for crates/proto/tests/node_wire_recorded.rs.
//
//   node scripts/record-node-wire.mjs /path/to/node ...
//
// For each runtime and mode it starts one child whose channel is a plain Unix socket that this script reads, and writes
// crates/proto/tests/fixtures/node-wire/<major>-<mode>.bin: the bytes as they arrived. What was sent is listed in
// expected.txt beside them, one message per line: its kind for the channel, and its JSON.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const directory = fileURLToPath(new URL('../crates/proto/tests/fixtures/node-wire/', import.meta.url));

/** What the child sends, in order: [kind for the channel, message]. A 'handle' goes with a listening server. */
const SENDS = [
  ['message', 'plain'],
  ['message', ''],
  ['message', null],
  ['message', true],
  ['message', -1.5],
  ['message', 4_294_967_296],
  ['message', []],
  ['message', {}],
  [
    'message',
    { text: 'ä € 𝄞 \n \u2028 "quoted" \\ back', list: [1, [2, { three: 3 }], null], ключ: 'значение' },
  ],
  ['message', { cmd: 'NODE_' }],
  ['message', { cmd: 'NODE' }],
  ['message', { nested: { cmd: 'NODE_HANDLE' } }],
  ['message', { text: 'cmd: NODE_HANDLE', cmd: { cmd: 'NODE_HANDLE_ACK' } }],
  ['internal', { cmd: 'NODE_X' }],
  ['internal', { before: [1, { cmd: 'no' }], cmd: 'NODE_CLUSTER', after: true }],
  ['handle', { server: 1 }],
  ['message', { behind: 'a handle' }],
  ['message', { large: 'x'.repeat(66_000) }],
  ['handle', 'the second server'],
  ['message', { large: 'ß€'.repeat(1_000) }],
  ['message', { last: true }],
  ['nack', { cmd: 'NODE_HANDLE_NACK' }],
];

const CHILD = `
  const net = require('node:net');
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    for (const [kind, message] of ${JSON.stringify(SENDS)}) {
      if (kind === 'handle') process.send(message, server);
      else if (kind !== 'nack') process.send(message);
    }
  });
  process.on('disconnect', () => process.exit());
`;

/** Frames a message that json and V8 write alike in both modes: flat and ASCII. */
function frame(mode, message) {
  if (mode === 'json') return Buffer.from(`${JSON.stringify(message)}\n`);
  const text = (string) => Buffer.concat([Buffer.from([0x22, string.length]), Buffer.from(string, 'latin1')]);
  const entries = Object.entries(message).flat().map(text);
  const body = Buffer.concat([
    Buffer.from([0xff, 0x0f, 0x6f]),
    ...entries,
    Buffer.from([0x7b, entries.length / 2]),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** Two connected Unix sockets. */
async function pair() {
  const temporary = mkdtempSync(path.join(tmpdir(), 'record-'));
  const address = path.join(temporary, 'socket');
  const server = net.createServer({ pauseOnConnect: true }).listen(address);
  await once(server, 'listening');
  const ours = net.connect(address);
  const [[theirs]] = await Promise.all([once(server, 'connection'), once(ours, 'connect')]);
  server.close();
  rmSync(temporary, { recursive: true });
  return [ours, theirs];
}

async function record(node, mode) {
  const [ours, theirs] = await pair();
  const env = { ...process.env, NODE_CHANNEL_FD: '3', NODE_CHANNEL_SERIALIZATION_MODE: mode };
  const child = spawn(node, ['-e', CHILD], { env, stdio: ['ignore', 'inherit', 'inherit', theirs] });
  theirs.destroy();
  let bytes = Buffer.alloc(0);
  let answered = 0;
  let asked = false;
  const nack = frame(mode, { cmd: 'NODE_HANDLE_NACK' });
  for await (const chunk of ours) {
    bytes = Buffer.concat([bytes, chunk]);
    // Each server waits for the answer to the one before; a plain read drops its descriptor.
    const seen = bytes.toString('latin1').split(/NODE_HANDLE[^_]{1,20}net\.Server/).length - 1;
    for (; answered < seen; answered++) ours.write(frame(mode, { cmd: 'NODE_HANDLE_ACK' }));
    // An envelope without a descriptor: the child reports that it did not arrive.
    const last = bytes.indexOf('last') !== -1;
    if (last && !asked) ours.write(frame(mode, { cmd: 'NODE_HANDLE', type: 'net.Server', msg: 'none' }));
    asked ||= last;
    if (bytes.subarray(-nack.length).equals(nack)) ours.end();
  }
  if (child.exitCode === null) await once(child, 'exit');
  return bytes;
}

const nodes = process.argv.length > 2 ? process.argv.slice(2) : [process.execPath];
mkdirSync(directory, { recursive: true });
for (const node of nodes) {
  const major = execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], {
    encoding: 'utf8',
  }).trim();
  for (const mode of ['json', 'advanced']) {
    const bytes = await record(node, mode);
    writeFileSync(path.join(directory, `${major}-${mode}.bin`), bytes);
    process.stdout.write(`${major}-${mode}.bin: ${bytes.length} bytes\n`);
  }
}
const lines = SENDS.map(([kind, message]) => `${kind} ${JSON.stringify(message)}\n`);
writeFileSync(path.join(directory, 'expected.txt'), lines.join(''));
