// A program cannot see that its process waited for it.
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { closed, fixture, textOf, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { same } from '../helpers/prefork.mjs';

const first = (child) => new Inbox(child).next();
const selfOf = async (child) => Object.entries(await first(child));

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
  'with more descriptors': { stdio: ['pipe', 'inherit', 'ignore', 'ipc', 'pipe', 2, 'ignore'] },
};

for (const [how, options] of Object.entries(starts)) {
  for (const name of ['report-self.cjs', 'report-self.mjs'])
    same(`what ${name} can see of its start, ${how}`, [name, ['a', 'b'], options], selfOf);
}

const cwd = realpathSync(tmpdir());
const env = { ...process.env, ONLY_FOR_THE_CHILD: 'ü', PATH: `${process.env.PATH}:/none` };
delete env.HOME;

same(
  'arguments, directory and environment of its own',
  ['report-start.cjs', ['one', 'two words', '', 'ü'], { cwd, env }, {}],
  async (child) => {
    const { env: own, channelFd, ...report } = await first(child);
    return [report, Object.keys(own).length, own.ONLY_FOR_THE_CHILD, own.PATH, own.HOME, channelFd];
  },
);

same(
  'the order of its variables',
  [
    'report-environment.cjs',
    [],
    { env: { B: '1', A: '2', C: '3' } },
    {
      env: { C: '0', A: '2', D: '4' },
    },
  ],
  first,
);

same('a relative module path', ['idle.cjs', [], { cwd: fixture('.') }, {}], (child) => child.spawnargs);

same('what a worker thread can see', ['report-self-in-worker.cjs', ['data']], selfOf);

for (const way of ['fork', 'spawn', 'exec']) {
  same(`what a process started with ${way} can see`, ['report-grandchild.cjs', [way]], first);
}

const files = {
  'a file that is not there': ['no-such-file.cjs'],
  'a file that is not there, as a module': ['no-such-file.mjs'],
  'an exception of a script': ['throw-in-main.cjs'],
  'an exception of a module': ['throw-in-main.mjs'],
  'a syntax error': ['syntax-error.txt'],
  'a top-level await that never ends': ['await-forever.mjs'],
  'an exit code': ['exit-at-once.cjs', ['7']],
  'process.exitCode, beforeExit and exit': ['report-exit.cjs'],
  'import.meta, require.main and the members of modules': ['report-module.mjs'],
  'modules by the type of their package': ['typed/module/report-format.js'],
  'scripts by the type of their package': ['typed/commonjs/report-format.js'],
  'a syntax that is only of modules': ['typed/none/report-format.js'],
  'a directory': ['typed/directory'],
};

for (const [what, [name, args]] of Object.entries(files)) {
  same(what, [name, args, { silent: true }], async (child) => {
    child.on('message', () => {});
    const [stdout, stderr, end] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      closed(child),
    ]);
    // Warnings have the id of the process.
    return [stdout, stderr.replaceAll(/\(node:\d+\)/g, '(node)'), end];
  });
}

same(
  'the members of the ChildProcess',
  ['idle.cjs', ['a', 'b'], { execArgv: ['--no-warnings'] }],
  async (child) => {
    const { spawnfile, spawnargs, stdio, stdin, stdout, killed, connected, exitCode } = child;
    const listeners = child.eventNames().map((name) => [name, child.listenerCount(name)]);
    const names = Object.keys(child).filter((name) => !name.startsWith('_'));
    await when(child, 'spawn');
    return { spawnfile, spawnargs, stdio, stdin, stdout, killed, connected, exitCode, listeners, names };
  },
);

same('the pipes of the ChildProcess', ['speak-on-stdio.cjs', [], { silent: true }], async (child) => {
  const inbox = new Inbox(child);
  child.stdin.end('through stdin');
  const members = child.stdio.map((stream) => [stream?.constructor.name, stream?.readable, stream?.writable]);
  const listeners = child.stdio.map((stream) => stream?.eventNames());
  return [members, listeners, await Promise.all([textOf(child.stdout), textOf(child.stderr), inbox.next()])];
});

same('the events of a child, in their order', ['exit-at-once.cjs', ['3']], async (child) => {
  const events = [];
  for (const name of ['spawn', 'disconnect', 'exit', 'error']) {
    child.on(name, (...all) => events.push([name, ...all]));
  }
  events.push(['close', await closed(child)]);
  return events.filter(([name]) => name !== 'disconnect');
});
