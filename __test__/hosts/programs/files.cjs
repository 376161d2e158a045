// Files and pipes as descriptors: in messages and requests and over a port, in both directions.
const assert = require('node:assert/strict');
const { execFileSync, spawn } = require('node:child_process');
const {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  rmSync,
  writeSync,
} = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { settled } = require('../../promises/harness.cjs');
const { Inbox, fork, guest, next, testProgram } = require('../harness.cjs');
const { Descriptor } = require('../../../dist/index.js');

const open = (pid) => readdirSync(`/proc/${pid}/fd`).length;

testProgram({
  async parent() {
    const folder = mkdtempSync(path.join(tmpdir(), 'forkwire-'));
    const [file, fifo] = ['file', 'fifo'].map((name) => path.join(folder, name));
    execFileSync('mkfifo', [fifo]);
    const child = fork();
    try {
      const inbox = new Inbox(child);
      await round(child, inbox, file, fifo);
      const before = await both(child);
      for (let i = 0; i < 20; i++) await round(child, inbox, file, fifo);
      assert.deepEqual(await both(child), before);
      child.disconnect();
      assert.deepEqual(await next(child, 'close'), [0, null]);
      return `${before} descriptors before and after`;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  child() {
    process.channel.serve((message, { handles }) => {
      const types = handles.map(({ type }) => type);
      for (const one of handles) one.close();
      return types;
    });
    const port = process.channel.port('files');
    port.on('message', (message, descriptor) => port.send(message, descriptor));
    process.on('message', async (what, descriptor) => {
      await uses[what](descriptor);
      process.send(what, descriptor.closed ? undefined : descriptor);
    });
    process.on('disconnect', () => port.close());
  },
});

const uses = {
  file: (descriptor) => write(descriptor),
  pipe: (descriptor) =>
    new Promise((resolve) => descriptor.createWriteStream().on('close', resolve).end('through the pipe')),
};

/** Deno's node:fs takes only descriptors that Deno has opened, but a program that it starts takes any. */
function write({ fd }) {
  if (guest !== 'Deno') return writeSync(fd, 'by the child');
  const writer = spawn('printf', ['by the child'], { stdio: ['ignore', fd, 'inherit'] });
  return new Promise((resolve) => writer.on('close', resolve));
}

async function round(child, inbox, file, fifo) {
  const fd = openSync(file, 'w+');
  child.send('file', new Descriptor(fd));
  const { handle: back } = await inbox.entry();
  assert.equal(back.type, 'file');
  assert.equal(readFileSync(file, 'utf8'), 'by the child');
  const pair = [back.duplicate(), new Descriptor(fd)];
  assert.deepEqual(await child.channel.request('types', { handles: pair }), ['file', 'file']);
  const port = child.channel.port('files');
  port.send('there and back', back);
  const [message, again] = await next(port, 'message');
  assert.equal(message, 'there and back');
  again.close();
  closeSync(fd);
  await pipe(child, inbox, fifo);
}

async function pipe(child, inbox, fifo) {
  const reader = openSync(fifo, 'r+');
  const writer = openSync(fifo, 'w');
  child.send('pipe', new Descriptor(writer));
  closeSync(writer);
  await inbox.entry();
  const bytes = Buffer.alloc(16);
  readSync(reader, bytes);
  assert.equal(String(bytes), 'through the pipe');
  closeSync(reader);
}

async function both({ pid }) {
  return [await settled(() => open('self')), await settled(() => open(pid))];
}
