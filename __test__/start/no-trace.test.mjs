import { pathToFileURL } from 'node:url';
import { compared, both } from '../helpers/cases.mjs';
import { fixture, textOf, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';

const first = (child) => new Inbox(child).next();

const starts = {
  'without options': {},
  'with execArgv': { execArgv: ['--no-warnings', '--stack-trace-limit=20'] },
  'with an own preload': { execArgv: ['--require', fixture('preloaded.cjs')] },
  'with an own import': { execArgv: ['--import', pathToFileURL(fixture('preloaded.mjs')).href] },
  'with a preload in NODE_OPTIONS': {
    env: { ...process.env, NODE_OPTIONS: `--require ${fixture('preloaded.cjs')}` },
  },
  'with other NODE_OPTIONS': { env: { ...process.env, NODE_OPTIONS: '--no-warnings' } },
  'in advanced mode': { serialization: 'advanced' },
  'with piped stdio': { silent: true },
  'with the channel at 0': { stdio: ['ipc', 'inherit', 'inherit'] },
};

for (const [how, options] of Object.entries(starts)) {
  for (const name of ['report-self.cjs', 'report-self.mjs']) {
    compared(`what ${name} can see of its start, ${how}`, async (t, { fork }) =>
      Object.entries(await first(fork(name, ['a', 'b'], options))),
    );
  }
}

compared('what a worker thread of the child can see', async (t, { fork }) =>
  Object.entries(await first(fork('report-self-in-worker.cjs', ['data'], { execArgv: ['--no-warnings'] }))),
);

both('a worker thread of the child has no channel', async (t, { fork }) => {
  const { send, channel, workerData } = await first(fork('report-self-in-worker.cjs', ['data']));
  t.deepEqual({ send, channel, workerData }, { send: 'undefined', channel: 'undefined', workerData: 'data' });
});

for (const way of ['fork', 'spawn', 'spawn with ipc', 'exec', 'execFile', 'execFileSync']) {
  compared(`what a process started by the child with ${way} can see`, async (t, { fork }) => {
    const report = await first(fork('report-grandchild.cjs', [way], { execArgv: ['--no-warnings'] }));
    t.deepEqual(report.names, []);
    const channels = way === 'fork' || way === 'spawn with ipc' ? 1 : 0;
    t.is(report.sockets.length, process.platform === 'win32' ? 0 : channels);
    return report;
  });
}

both('modules that the program preloads find process.send', async (t, { fork }) => {
  for (const options of [starts['with an own preload'], starts['with an own import']]) {
    t.deepEqual(await first(fork('idle.cjs', options)), { preloaded: true, send: 'function' });
  }
});

both('modules that NODE_OPTIONS preloads find process.send', async (t, { fork }) => {
  const child = fork('idle.cjs', starts['with a preload in NODE_OPTIONS']);
  t.deepEqual(await first(child), { preloaded: true, send: 'function' });
});

both('a child that throws prints what it would print', async (t, { fork }) => {
  const child = fork('throw-in-main.cjs', { silent: true });
  const [text, [code]] = await Promise.all([textOf(child.stderr), when(child, 'exit')]);
  t.is(code, 1);
  t.regex(text, /throw new Error\('from the main module'\)/);
  t.notRegex(text, /preload\.js|forkwire\.linux/);
});

both('a child that treats every deprecation as an error starts', async (t, { fork }) => {
  const child = fork('echo.cjs', {
    execArgv: ['--pending-deprecation', '--throw-deprecation'],
    silent: true,
  });
  child.send('m');
  t.is(await first(child), 'm');
  child.disconnect();
  t.is(await textOf(child.stderr), '');
});

compared('the warnings of a child', async (t, { fork }) => {
  const child = fork('warn.cjs', { silent: true });
  return (await textOf(child.stderr)).replaceAll(/\d{3,}/g, 'pid');
});
