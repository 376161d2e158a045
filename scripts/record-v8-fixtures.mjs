// Records what this Node writes in V8's structured clone format, for crates/proto/tests/v8_fixtures.rs:
//
//   node scripts/record-v8-fixtures.mjs        with Node 20, 22, 24 and 26 in turn
//
// node<major>.bin holds the cases of lib/v8-cases/ that this Node has, in their order: each a length (32 bits,
// big-endian) and that many bytes of payload, just as they stand on a channel. index.tsv describes all cases.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Serializer } from 'node:v8';
import { root } from './lib/paths.mjs';
import { sent, written } from './lib/v8-cases/index.mjs';

const major = Number(process.versions.node.split('.')[0]);
const here = ([, since]) => since <= major;

if (process.send) {
  for (const [, , , make] of sent.filter(here)) process.send(make());
  process.disconnect();
} else {
  const folder = join(root, 'crates', 'proto', 'tests', 'fixtures', 'v8');
  mkdirSync(folder, { recursive: true });
  const frames = [await channel(), ...written.filter(here).map(([, , , make]) => serialize(make()))];
  writeFileSync(join(folder, `node${major}.bin`), Buffer.concat(frames));
  const lines = [...sent, ...written].map(([name, since, what]) => `${name}\t${since}\t${what}\n`);
  writeFileSync(join(folder, 'index.tsv'), `case\tsince Node\twhat it is\n${lines.join('')}`);
}

/** What a child of this Node writes to its channel. The channel is a pipe, and only this script reads it. */
async function channel() {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, NODE_CHANNEL_FD: '3', NODE_CHANNEL_SERIALIZATION_MODE: 'advanced' },
  });
  const exit = new Promise((resolve) => child.on('exit', resolve));
  const chunks = await child.stdio[3].toArray();
  const code = await exit;
  if (code !== 0) throw new Error(`the sending process ended with code ${code}`);
  return Buffer.concat(chunks);
}

function serialize(value) {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  const payload = serializer.releaseBuffer();
  const frame = Buffer.alloc(4 + payload.length);
  frame.writeUInt32BE(payload.length);
  payload.copy(frame, 4);
  return frame;
}
