import { closeSync, createReadStream, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { both, compared } from '../helpers/cases.mjs';
import { textOf } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';

const windows = process.platform === 'win32'; // where a channel has no descriptor

/** A child that reports the descriptor of its channel, and that the channel works both ways. */
async function channelOf(t, child) {
  const inbox = new Inbox(child);
  const report = await inbox.next();
  child.send({ and: 'back' });
  t.deepEqual(await inbox.next(), { and: 'back' });
  return report;
}

const positions = {
  0: ['ipc', 'pipe', 'pipe'],
  1: ['pipe', 'ipc', 'pipe'],
  2: ['pipe', 'pipe', 'ipc'],
  3: ['pipe', 'pipe', 'pipe', 'ipc'],
  5: ['pipe', 'pipe', 'pipe', 'pipe', 'ignore', 'ipc'],
};

for (const [position, stdio] of Object.entries(positions)) {
  both(`has the channel at descriptor ${position} when stdio says so`, async (t, { fork }) => {
    const child = fork('report-descriptors.cjs', { stdio });
    const { channelFd, kinds } = await channelOf(t, child);
    t.is(channelFd, windows ? -1 : Number(position));
    if (!windows) t.is(kinds[position], 'socket');
    t.is(child.stdio[position], null);
    t.is(child.stdio.length, stdio.length);
    t.deepEqual(
      child.stdio.slice(0, 3).map((stream) => stream !== null),
      stdio.slice(0, 3).map((kind) => kind === 'pipe'),
    );
  });
}

both('leaves the descriptors beside the channel as stdio says', async (t, { fork }) => {
  const stdio = ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'];
  const { kinds } = await channelOf(t, fork('report-descriptors.cjs', { stdio }));
  t.deepEqual(kinds.slice(0, 5), ['other', 'other', 'other', 'socket', 'socket']);
});

for (const stdio of ['pipe', 'ignore', 'inherit', 'overlapped']) {
  both(`takes stdio: '${stdio}'`, async (t, { fork }) => {
    const child = fork('report-descriptors.cjs', { stdio });
    t.is((await channelOf(t, child)).channelFd, windows ? -1 : 3);
    const piped = stdio === 'pipe' || stdio === 'overlapped';
    t.is(child.stdout !== null, piped);
    t.is(child.stdio.length, 4);
    t.is(child.stdio[3], null);
  });
}

for (const options of [{ silent: true }, { stdio: 'pipe' }]) {
  both(`gives the parent the child's streams with ${JSON.stringify(options)}`, async (t, { fork }) => {
    const child = fork('speak-on-stdio.cjs', options);
    child.stdin.end('through stdin');
    const inbox = new Inbox(child);
    t.deepEqual(await Promise.all([textOf(child.stdout), textOf(child.stderr), inbox.next()]), [
      'on stdout',
      'on stderr',
      'through stdin',
    ]);
  });
}

both('prefers stdio to silent', (t, { fork }) => {
  const child = fork('idle.cjs', { silent: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  t.deepEqual(child.stdio, [null, null, null, null]);
});

both('takes descriptors and streams in stdio', async (t, { fork }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'forkwire-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'out');
  const out = openSync(file, 'w');
  const source = createReadStream(new URL(import.meta.url));
  await new Promise((resolve) => source.once('open', resolve));
  const child = fork('speak-on-stdio.cjs', { stdio: [source, out, 'pipe', 'ipc'] });
  const [heard, onStderr] = await Promise.all([new Inbox(child).next(), textOf(child.stderr)]);
  t.regex(heard, /^import/);
  t.is(onStderr, 'on stderr');
  closeSync(out);
  source.destroy();
  t.is(readFileSync(file, 'utf8'), 'on stdout');
});

compared('stdio of every form', (t, { fork }) => {
  const forms = [
    undefined,
    null,
    'pipe',
    'inherit',
    ['ipc'],
    ['pipe', 'ipc'],
    [null, undefined, 'ignore', 'ipc'],
    [0, 1, 2, 'ipc', 'pipe', null, undefined],
    ['inherit', 'inherit', 'inherit', 'pipe', 'ipc'],
  ];
  return forms.map((stdio) => {
    const child = fork('idle.cjs', { stdio });
    return child.stdio.map((stream) => stream?.constructor.name ?? stream);
  });
});
