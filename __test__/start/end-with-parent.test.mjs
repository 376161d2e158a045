import test from '../helpers/test.mjs';
import { onlyForkwire } from '../helpers/cases.mjs';
import { exited, fixture, when } from '../helpers/child.mjs';
import { countSockets, untilSockets } from '../helpers/descriptors.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { runProgram } from '../helpers/program.mjs';

const isWindows = process.platform === 'win32';
const onUnix = isWindows ? (title, body) => test.skip(title, body) : onlyForkwire;

/** Ends only when nobody has the program's stdout any more, so not before the child has ended. */
const leave = (t, implementation, child, end) =>
  runProgram(t, implementation, 'leave-child.mjs', [child, end]);

for (const end of ['exit', 'throw', 'SIGTERM', 'SIGKILL']) {
  onlyForkwire(`a child with endWithParent ends after its parent's ${end}`, async (t, implementation) => {
    const { stdout } = await leave(t, implementation, 'idles', end);
    t.is(stdout, '');
  });
}

const withExecve = process.execve === undefined ? (title, body) => test.skip(title, body) : onUnix;
withExecve(
  'a child with endWithParent ends when its parent becomes another program',
  async (t, implementation) => {
    const { code } = await leave(t, implementation, 'is busy', 'execve');
    t.is(code, 0);
  },
);

// On Windows, only detached children would live on without the option.
for (const child of ['is busy', 'is unreferenced', 'disconnected', 'ignores SIGTERM', 'is detached']) {
  onlyForkwire(`a child with endWithParent that ${child} ends too`, async (t, implementation) => {
    const { code, signal } = await leave(t, implementation, child, 'SIGKILL');
    t.is(signal ?? code, isWindows ? 1 : 'SIGKILL');
  });
}

onUnix('a child with endWithParent may handle SIGTERM', async (t, implementation) => {
  const { stdout } = await leave(t, implementation, 'handles SIGTERM', 'SIGKILL');
  t.is(stdout, 'cleaned up');
});

onUnix(
  'endWithParent shows in neither stdio, and costs no descriptor after the exit',
  async (t, { fork }) => {
    const before = process.platform === 'linux' ? countSockets(process.pid) : 0;
    const child = fork('report-descriptors.cjs', { endWithParent: true });
    const inbox = new Inbox(child);
    t.is(child.stdio.length, 4);
    await inbox.next();
    child.removeAllListeners('exit');
    child.kill('SIGKILL');
    await exited(child);
    if (process.platform === 'linux') await untilSockets(process.pid, before);
  },
);

onlyForkwire('a child that cannot be started costs no descriptor', async (t, { forkUnbound }) => {
  const before = process.platform === 'linux' ? countSockets(process.pid) : 0;
  const child = forkUnbound(fixture('idle.cjs'), { endWithParent: true, cwd: '/nowhere/at/all' });
  await when(child, 'error');
  if (process.platform === 'linux') await untilSockets(process.pid, before);
  t.is(child.pid, undefined);
});

onlyForkwire('endWithParent is refused where the child could not keep to it', (t, { forkUnbound }) => {
  const endWithParent = true;
  t.throws(() => forkUnbound(fixture('idle.cjs'), { endWithParent, wire: 'node' }), {
    code: 'ERR_INVALID_ARG_VALUE',
    message: /'options\.endWithParent' cannot be true .* native wire \(the option wire says so\)/,
  });
  t.throws(() => forkUnbound(fixture('idle.cjs'), { endWithParent: 'yes' }), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
});
