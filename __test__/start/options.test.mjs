import { tmpdir } from 'node:os';
import { realpathSync } from 'node:fs';
import test from '../helpers/test.mjs';
import { pathToFileURL } from 'node:url';
import { both, compared } from '../helpers/cases.mjs';
import { endWithTest, exited, fixture } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';

const start = (fork, args, options) => new Inbox(fork('report-start.cjs', args, options)).next();

both('passes the arguments to the child', async (t, { fork }) => {
  t.deepEqual((await start(fork, ['one', 'two words', ''])).args, ['one', 'two words', '']);
});

both('takes options as the second argument', async (t, { fork }) => {
  const cwd = realpathSync(tmpdir());
  const report = await start(fork, { cwd });
  t.deepEqual(report.args, []);
  t.is(report.cwd, cwd);
});

for (const args of [null, undefined, []]) {
  both(`takes ${JSON.stringify(args)} as no arguments`, async (t, { fork }) => {
    t.deepEqual((await start(fork, args, {})).args, []);
  });
}

for (const options of [null, undefined, {}]) {
  both(`takes ${JSON.stringify(options)} as no options`, async (t, { fork }) => {
    t.deepEqual((await start(fork, ['a'], options)).args, ['a']);
  });
}

both('starts the child in options.cwd, a URL too', async (t, { fork }) => {
  const cwd = realpathSync(tmpdir());
  t.is((await start(fork, [], { cwd })).cwd, cwd);
  t.is((await start(fork, [], { cwd: pathToFileURL(cwd) })).cwd, cwd);
});

both('gives the child exactly options.env', async (t, { fork }) => {
  const env = { ...process.env, ONLY_FOR_THE_CHILD: 'ü', LEFT_OUT: undefined };
  const report = await start(fork, [], { env });
  delete env.LEFT_OUT;
  t.deepEqual(report.env, env);
});

both('gives the child an environment of one variable', async (t, { fork }) => {
  const { env } = await start(fork, [], { env: { A: '1' } });
  // On Windows libuv adds the variables that programs need to start.
  if (process.platform === 'win32') t.false('FORKWIRE_CHANNEL' in env || 'NODE_CHANNEL_FD' in env);
  else t.deepEqual(env, { A: '1' });
  t.is(env.A, '1');
});

both("gives the child the parent's environment by default", async (t, { fork }) => {
  t.deepEqual((await start(fork)).env, { ...process.env });
});

both('starts Node with options.execArgv', async (t, { fork }) => {
  const execArgv = ['--no-warnings', '--stack-trace-limit=5'];
  t.deepEqual((await start(fork, [], { execArgv })).execArgv, execArgv);
});

both("starts Node with the parent's execArgv by default", async (t, { fork }) => {
  const report = await start(fork);
  t.deepEqual(report.execArgv, process.execArgv);
  t.is(report.execPath, process.execPath);
});

both('takes the module as a URL', async (t, { fork: _, ...implementation }) => {
  const child = implementation.forkUnbound(pathToFileURL(fixture('report-start.cjs')), ['x']);
  endWithTest(t, child);
  t.deepEqual((await new Inbox(child).next()).args, ['x']);
});

both('finds a relative module path from the cwd of the child', async (t, implementation) => {
  const child = implementation.forkUnbound('./report-start.cjs', { cwd: fixture('.') });
  endWithTest(t, child);
  t.is((await new Inbox(child).next()).cwd, fixture('.').replace(/[\\/]$/, ''));
});

both('runs the child as options.uid and options.gid', async (t, { fork }) => {
  const identity = { uid: process.getuid(), gid: process.getgid() };
  t.like(await start(fork, [], identity), identity);
});

both('makes a detached child the leader of its own group', async (t, { fork }) => {
  for (const detached of [true, false]) {
    const child = fork('report-group.cjs', { detached });
    t.deepEqual(await new Inbox(child).next(), { leadsItsGroup: detached });
  }
});

both('leaves the options it is given as they were', async (t, { fork }) => {
  const options = { env: { A: '1' }, execArgv: ['--no-warnings'], silent: true };
  const copy = structuredClone(options);
  const args = ['a'];
  await exited(fork('exit-at-once.cjs', args, Object.freeze(options)));
  t.deepEqual(options, copy);
  t.deepEqual(args, ['a']);
});

compared('spawnfile, spawnargs and members of the ChildProcess', async (t, { fork }) => {
  const child = fork('idle.cjs', ['a', 'b'], { execArgv: ['--no-warnings'] });
  const { spawnfile, spawnargs, stdio, stdin, stdout, stderr, killed, connected } = child;
  t.is(typeof child.pid, 'number');
  return {
    spawnfile,
    spawnargs,
    stdio,
    streams: [stdin, stdout, stderr],
    killed,
    connected,
    exit: [child.exitCode, child.signalCode],
    constructor: child.constructor.name,
  };
});

compared('what fork throws', (t, { forkUnbound }) => {
  const file = fixture('idle.cjs');
  const attempts = {
    'no module': [],
    'null module': [null],
    'numeric module': [1],
    'object module': [{}],
    'null byte in the module': ['a\0b'],
    'http URL': [new URL('http://localhost/')],
    'string args': [file, 'args'],
    'boolean args': [file, true],
    'numeric args': [file, 1],
    'null byte in args': [file, ['a\0b']],
    'string options': [file, [], 'options'],
    'boolean options': [file, [], false],
    'array options': [file, [], []],
    'function options': [file, [], () => {}],
    'unknown serialization': [file, [], { serialization: 'xml' }],
    'numeric serialization': [file, [], { serialization: 1 }],
    'stdio without ipc': [file, [], { stdio: ['pipe', 'pipe', 'pipe'] }],
    'two ipc': [file, [], { stdio: ['ipc', 'pipe', 'pipe', 'ipc'] }],
    'unknown stdio string': [file, [], { stdio: 'ipc' }],
    'unknown stdio entry': [file, [], { stdio: ['pipe', 'pipe', {}, 'ipc'] }],
    'bad cwd': [file, [], { cwd: 1 }],
    'null byte in execArgv': [file, [], { execArgv: ['\0'] }],
    'null byte in env': [file, [], { env: { A: '\0' } }],
    'bad uid': [file, [], { uid: 'root' }],
    'bad gid': [file, [], { gid: 1.5 }],
    'bad timeout': [file, [], { timeout: -1 }],
    'bad killSignal': [file, [], { killSignal: 'SIGNOTHING' }],
    'bad signal': [file, [], { signal: {} }],
    'bad detached': [file, [], { detached: 'yes' }],
    'bad windowsHide': [file, [], { windowsHide: 'yes' }],
  };
  return Object.entries(attempts).map(([attempt, args]) => {
    try {
      endWithTest(t, forkUnbound(...args));
      return [attempt, 'threw nothing'];
    } catch ({ name, code, message }) {
      return [attempt, name, code, message];
    }
  });
});

test('the two implementations are not the same function', async (t) => {
  const { forkwire, stock, stockOnly } = await import('../helpers/implementations.mjs');
  t.true(stockOnly || forkwire.fork !== stock.fork);
});
