import { fork } from 'node:child_process';
import test from '../helpers/test.mjs';
import { endWithTest, exited, fixture } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { loading, registerFile, runRegistered } from '../helpers/registered.mjs';

const back = { hello: ['world', 'Grüße'] };
const replaced = { fork: { back, wire: 'native' }, spawn: { back, wire: 'node' } };
const untouched = { fork: { back, wire: 'none' }, spawn: { back, wire: 'none' } };

for (const [way, load] of Object.entries(loading)) {
  test(`${way}: fork and spawn are replaced, however a program gets at them`, async (t) => {
    const { report, wires } = await runRegistered(t, 'every-face.mjs', [], { load });
    t.is(Object.keys(report).length, 6);
    for (const [face, outcome] of Object.entries(report)) t.deepEqual(outcome, replaced, face);
    t.deepEqual(
      wires.map(({ wire }) => wire),
      Object.keys(report).flatMap(() => ['native', 'node']),
    );
  });

  test(`${way}: in worker threads too`, async (t) => {
    const { report } = await runRegistered(t, 'in-worker.cjs', [], { load });
    t.deepEqual(report, { inMain: replaced, inWorker: replaced });
  });

  test(`${way}: in children of children, to any depth`, async (t) => {
    const { report, wires } = await runRegistered(t, 'generations.cjs', ['3'], { load });
    t.deepEqual(report, ['native', 'native', 'native']);
    t.is(wires.length, 3);
  });

  test(`${way}: FORKWIRE=off leaves Node's own in place`, async (t) => {
    const { report, stderr } = await runRegistered(t, 'every-face.mjs', [], {
      load,
      env: { FORKWIRE: 'off' },
    });
    for (const [face, outcome] of Object.entries(report)) t.deepEqual(outcome, untouched, face);
    t.is(stderr, '');
  });

  for (const serialization of ['json', 'advanced']) {
    test(`${way}: in a child with the stock channel, ${serialization}`, async (t) => {
      const child = fork(fixture('drop-in/child-and-parent.cjs'), { execArgv: load, serialization });
      endWithTest(t, child);
      const inbox = new Inbox(child);
      child.send({ from: 'stock' });
      t.deepEqual(await inbox.next(), { message: { from: 'stock' }, child: replaced.fork });
      t.deepEqual(await exited(child), { code: 0, signal: null });
    });
  }
}

test('a program without it has what Node has', async (t) => {
  const { report, stderr } = await runRegistered(t, 'echo-once.cjs', [], { load: [] });
  t.deepEqual(report, untouched);
  t.is(stderr, '');
});

test('loaded by NODE_OPTIONS', async (t) => {
  const env = { NODE_OPTIONS: `--require ${JSON.stringify(registerFile)}` };
  const { report } = await runRegistered(t, 'echo-once.cjs', [], { load: [], env });
  t.deepEqual(report, replaced);
});

test('loaded twice, in all ways', async (t) => {
  const load = [...Object.values(loading), ...Object.values(loading)].flat();
  const { report, wires } = await runRegistered(t, 'every-face.mjs', [], { load });
  for (const [face, outcome] of Object.entries(report)) t.deepEqual(outcome, replaced, face);
  t.is(wires.length, 12);
});

test('loaded after the program has imported fork() by its name', async (t) => {
  const { report } = await runRegistered(t, 'import-then-register.mjs', [registerFile], { load: [] });
  t.deepEqual(report, { isReplaced: true, isOne: true });
});

test('loaded again by the program', async (t) => {
  const { report, wires } = await runRegistered(t, 'load-again.cjs', [registerFile]);
  t.deepEqual(report, { same: true, ...replaced });
  t.is(wires.length, 2);
});

test('FORKWIRE_DEBUG says which wire each child has, and why', async (t) => {
  const { report, wires } = await runRegistered(t, 'kinds-of-children.cjs');
  const expected = {
    plain: ['native', /echo\.cjs$/],
    'wire node': ['node', /the option wire/],
    'other program': ['node', /execPath is another program: .*other-node(\.exe)?$/],
    'no addons': ['node', /--no-addons/],
    NODE_OPTIONS: ['node', /--no-addons/],
    cluster: process.platform === 'win32' ? ['node', /on Windows/] : ['native', /echo\.cjs$/],
    'cluster, wire node': ['node', process.platform === 'win32' ? /on Windows/ : /cluster\.setupPrimary/],
    'cluster, FORKWIRE=off': ['node', /FORKWIRE is off/],
    spawn: ['node', /spawn\(\)/],
  };
  t.deepEqual(Object.keys(report), Object.keys(expected));
  for (const [i, [kind, [wire, why]]] of Object.entries(expected).entries()) {
    t.deepEqual(report[kind], { back, wire }, kind);
    t.is(wires[i].wire, wire, kind);
    t.regex(wires[i].why, why, kind);
    t.true(Number.isInteger(wires[i].pid));
  }
});

test('without FORKWIRE_DEBUG nothing is said', async (t) => {
  const { report, stderr } = await runRegistered(t, 'echo-once.cjs', [], { env: { FORKWIRE_DEBUG: '0' } });
  t.deepEqual(report, replaced);
  t.is(stderr, '');
});

test('a process that may load no addon makes do with the stock channel', async (t) => {
  const load = ['--no-addons', ...loading['--require']];
  const { report, wires } = await runRegistered(t, 'echo-once.cjs', [], { load });
  t.deepEqual(report, { fork: { back, wire: 'stock' }, spawn: { back, wire: 'stock' } });
  for (const { wire, why } of wires) {
    t.is(wire, 'stock');
    t.regex(why, /may not load the addon/);
  }
});

test('without a channel, and with arguments that Node refuses, everything is as in Node', async (t) => {
  const expected = await runRegistered(t, 'no-channel.cjs', [], { load: [] });
  const actual = await runRegistered(t, 'no-channel.cjs');
  t.deepEqual(actual.report, expected.report);
});

test('a child of a registered parent sees the arguments and the environment that Node gives', async (t) => {
  const expected = await runRegistered(t, 'show-child.cjs', [], { load: ['--no-warnings'] });
  const actual = await runRegistered(t, 'show-child.cjs', [], {
    load: ['--no-warnings', ...loading['--require']],
  });
  t.deepEqual(actual.report, { ...expected.report, execArgv: ['--no-warnings', ...loading['--require']] });
  t.is(actual.wires[0].wire, 'native');
});

test('FORKWIRE_DRIVER that is set to nothing is as if it was not set', async (t) => {
  const { report } = await runRegistered(t, 'echo-once.cjs', [], { env: { FORKWIRE_DRIVER: '' } });
  t.deepEqual(report, replaced);
});
