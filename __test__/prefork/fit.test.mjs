// What cannot be changed afterwards decides whether a spare fits.
import { closeSync, openSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { closed, exited, fixture } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { declare as test, poolFor } from '../helpers/prefork.mjs';

const own = { ...process.env };

/** What a child asks for that a spare without options does not have, and the reason that is counted. */
const misfits = {
  execArgv: [{ execArgv: ['--no-warnings'] }, 'execArgv differs'],
  'a pipe': [{ silent: true }, 'stdio differs'],
  'more descriptors': [{ stdio: ['inherit', 'inherit', 'inherit', 'ipc', 'pipe'] }, 'stdio differs'],
  'the channel elsewhere': [{ stdio: ['ipc', 'inherit', 'inherit'] }, 'stdio differs'],
  'its own group': [{ detached: true }, 'detached differs'],
  'its own user': [{ uid: process.getuid?.() }, 'uid differs'],
  NODE_OPTIONS: [{ env: { ...own, NODE_OPTIONS: '--no-warnings' } }, 'the variable NODE_OPTIONS differs'],
  'a time zone': [{ env: { ...own, TZ: 'Asia/Tokyo' } }, 'the variable TZ differs'],
  'the linker’s variables': [{ env: { ...own, LD_BIND_NOW: '1' } }, 'the variable LD_BIND_NOW differs'],
  'its own wire': [{ wire: 'node' }, 'the option wire says so'],
  'an inspector': [{ execArgv: ['--inspect=0'] }, 'the option --inspect=0 asks for a process of its own'],
  'a program on the command line': [{ execArgv: ['-e', '0'] }, 'the option -e asks for a process of its own'],
  'a directory that is not there': [{ cwd: fixture('no-such-folder') }, 'cwd is not a directory'],
};

for (const [what, [options, reason]] of Object.entries(misfits)) {
  test(`a child that asks for ${what} is an ordinary one`, async (t) => {
    const pool = poolFor(t);
    await pool.ready();
    const child = pool.fork('idle.cjs', [], options);
    child.on('error', () => {});
    const { cold, warm, reasons } = pool.workers.stats();
    t.deepEqual(
      { cold, warm, reasons },
      { cold: 1, warm: 0, reasons: Object.assign({ __proto__: null }, { [reason]: 1 }) },
    );
    t.is((await pool.warm('idle.cjs')).wire, 'native');
  });
}

test('a spare has what the pool was made with', async (t) => {
  const options = {
    execArgv: ['--stack-trace-limit=20'],
    silent: true,
    env: { ...own, TZ: 'Asia/Tokyo', A: '1' },
    detached: true,
  };
  const pool = poolFor(t, options);
  const child = await pool.warm('report-start.cjs');
  const { execArgv, env } = await new Inbox(child).next();
  t.deepEqual([execArgv, env], [options.execArgv, options.env]);
});

test('the options of a child take the place of those of the pool, one by one', async (t) => {
  const pool = poolFor(t, { execArgv: ['--no-warnings'], env: { ...own, A: '1' } });
  const child = await pool.warm('report-start.cjs', { env: { ...own, A: '2' } });
  const { execArgv, env } = await new Inbox(child).next();
  t.deepEqual([execArgv, env.A], [['--no-warnings'], '2']);
});

test('without a spare, a child is an ordinary one', async (t) => {
  const pool = poolFor(t);
  const child = pool.fork('exit-at-once.cjs');
  t.is(pool.workers.stats().reasons['no spare waits'], 1);
  t.deepEqual(await closed(child), { code: 0, signal: null });
});

test('what Node refuses, it refuses here', (t) => {
  const pool = poolFor(t);
  t.throws(() => pool.workers.fork(), { code: 'ERR_INVALID_ARG_TYPE' });
  t.throws(() => pool.workers.fork(fixture('idle.cjs'), ['a\0b']), { code: 'ERR_INVALID_ARG_VALUE' });
  t.throws(() => pool.workers.fork(fixture('idle.cjs'), { execArgv: 1 }), { name: 'TypeError' });
});

for (const [what, options, code, message = /./] of [
  ['a count that is not a number', { count: '1' }, 'ERR_INVALID_ARG_TYPE'],
  ['a count of none', { count: 0 }, 'ERR_OUT_OF_RANGE'],
  ['a count above the limit', { count: 1025 }, 'ERR_OUT_OF_RANGE'],
  ['a part of a spare', { count: 1.5 }, 'ERR_OUT_OF_RANGE'],
  ['a preload that is not a list', { preload: 'x' }, 'ERR_INVALID_ARG_TYPE'],
  ['a preload that is not a name', { preload: [1] }, 'ERR_INVALID_ARG_TYPE'],
  ['a cwd that is not a path', { cwd: 5 }, 'ERR_INVALID_ARG_TYPE', /"options\.cwd"/],
  ['execArgv that is not a list', { execArgv: 5 }, 'ERR_INVALID_ARG_TYPE', /"options\.execArgv"/],
  ['detached that is not a boolean', { detached: 'yes' }, 'ERR_INVALID_ARG_TYPE', /"options\.detached"/],
  ['a part of a user', { uid: 1.5 }, 'ERR_INVALID_ARG_TYPE', /"options\.uid"/],
  ['a modulePath that is not a path', { modulePath: 7 }, 'ERR_INVALID_ARG_TYPE', /"modulePath"/],
  ['stdio without a channel', { stdio: ['pipe', 'pipe', 'pipe'] }, 'ERR_CHILD_PROCESS_IPC_REQUIRED'],
  ['an option that it does not know', { preloads: [] }, 'ERR_INVALID_ARG_VALUE', /'options\.preloads'/],
]) {
  test(`prefork() refuses ${what}`, (t) => {
    t.throws(() => poolFor(t, options), { code, message });
  });
}

test('an option that is undefined or null is absent', async (t) => {
  const pool = poolFor(t, { cwd: null, uid: undefined, execArgv: undefined, preload: undefined });
  t.deepEqual(await closed(await pool.warm('exit-at-once.cjs')), { code: 0, signal: null });
});

test('fork() of a pool refuses a cwd that is not a path, as fork() does', (t) => {
  const pool = poolFor(t);
  t.throws(() => pool.fork('idle.cjs', { cwd: 5 }), {
    code: 'ERR_INVALID_ARG_TYPE',
    message: /"options\.cwd"/,
  });
});

test('fork() of a pool refuses options that are not an object, as fork() does', (t) => {
  const pool = poolFor(t);
  for (const options of [5, 'text', true, () => {}, []]) {
    t.throws(() => pool.fork('idle.cjs', [], options), {
      code: 'ERR_INVALID_ARG_TYPE',
      message: /"options"/,
    });
  }
});

test('a variable that this process changes is one of the next spares', async (t) => {
  const pool = poolFor(t);
  await pool.ready();
  process.env.TZ = 'Asia/Tokyo';
  try {
    t.is((await new Inbox(pool.fork('report-start.cjs')).next()).env.TZ, 'Asia/Tokyo');
    t.is(pool.workers.stats().reasons['the variable TZ differs'], 1);
    t.is((await new Inbox(await pool.warm('report-start.cjs')).next()).env.TZ, 'Asia/Tokyo');
  } finally {
    delete process.env.TZ;
  }
});

test('the umask of this process is that of a child, as it is then', async (t) => {
  const pool = poolFor(t);
  await pool.ready();
  const before = process.umask(0o27);
  try {
    const child = await pool.warm('report-self.cjs');
    t.is(Object.fromEntries(Object.entries(await new Inbox(child).next())).umask, 0o27);
  } finally {
    process.umask(before);
  }
});

test('descriptors are those that are open then', async (t) => {
  const pool = poolFor(t, { stdio: ['ignore', 1, 2, 'ipc'] });
  await pool.ready();
  const fd = openSync(`${devNull}`, 'w');
  const child = await pool.warm('exit-at-once.cjs', [], { stdio: ['ignore', fd, 'inherit', 'ipc'] });
  closeSync(fd);
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

if (process.platform === 'linux') {
  test('ps shows the program of a child', async (t) => {
    const pool = poolFor(t, { execArgv: ['--no-warnings'] });
    const child = await pool.warm('echo.cjs', ['an argument']);
    const inbox = new Inbox(child);
    child.send('here');
    await inbox.next();
    const shown = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8').replace(/\0+$/, '').split('\0');
    t.deepEqual(shown.slice(1), ['--no-warnings', fixture('echo.cjs'), 'an argument']);
  });
}
