import { spawn, spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import { readFileSync, linkSync, openSync, closeSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { activate } from '../helpers/activate.mjs';
import { onlyForkwire } from '../helpers/cases.mjs';
import { endWithTest, fixture, textOf } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { socketPath } from '../helpers/sockets.mjs';
import test from '../helpers/test.mjs';
import { waitingFor } from '../helpers/waits.mjs';

const { Descriptor } = createRequire(import.meta.url)('../../dist/index.js');

/** Sockets as systemd opens them: TCP, Unix domain and UDP, and how to reach them. */
async function sockets(t) {
  const [tcp, unix, udp] = [net.createServer(), net.createServer(), dgram.createSocket('udp4')];
  const path = socketPath(t);
  tcp.listen(0, '127.0.0.1');
  unix.listen(path);
  udp.bind(0, '127.0.0.1');
  await Promise.all([tcp, unix, udp].map((one) => once(one, 'listening')));
  const where = { tcp: { host: '127.0.0.1', port: tcp.address().port }, udp: udp.address().port };
  const opened = [tcp, unix, udp].map((one) => new Descriptor(one));
  // Closed here, so that this process accepts none of the connections. The path goes with the server, and the other one stays.
  linkSync(path, `${path}-2`);
  for (const one of [tcp, unix, udp]) one.close();
  t.teardown(() => opened.forEach((one) => one.close()));
  return { fds: opened.map(({ fd }) => fd), where: { ...where, unix: { socketPath: `${path}-2` } } };
}

const reportOf = async (program) => JSON.parse(await textOf(program.stdout));

const asked = (options) =>
  waitingFor(
    `an answer from ${JSON.stringify(options)}`,
    new Promise((resolve, reject) => {
      const request = http.get({ agent: false, ...options }, (response) => resolve(textOf(response)));
      request.on('error', reject);
    }),
  );

async function askedByDatagram(t, port, text) {
  const client = dgram.createSocket('udp4');
  t.teardown(() => client.close());
  client.send(text, port, '127.0.0.1');
  return String((await once(client, 'message'))[0]);
}

onlyForkwire('sockets are found by name and number, once, and not passed on', async (t) => {
  const { fds } = await sockets(t);
  const program = activate(t, fds, ['report-inherited.cjs'], { LISTEN_FDNAMES: 'web:local:dns' });
  const { servers, same, variables, passedOn } = await reportOf(program);
  t.deepEqual(servers, [
    { fd: 3, name: 'web', type: 'socket' },
    { fd: 4, name: 'local', type: 'socket' },
    { fd: 5, name: 'dns', type: 'socket' },
  ]);
  t.true(same);
  t.deepEqual(variables, []);
  t.is(passedOn, '');
});

onlyForkwire('without names, all are called unknown', async (t) => {
  const { fds } = await sockets(t);
  const { servers } = await reportOf(activate(t, fds, ['report-inherited.cjs']));
  t.deepEqual(new Set(servers.map(({ name }) => name)), new Set(['unknown']));
});

for (const [title, env] of [
  ['another process', { LISTEN_PID: '1' }],
  ['nobody', { LISTEN_FDS: undefined }],
]) {
  onlyForkwire(`sockets that are meant for ${title} are left alone`, async (t) => {
    const { fds } = await sockets(t);
    const { servers, variables } = await reportOf(activate(t, fds, ['report-inherited.cjs'], env));
    t.deepEqual({ servers, variables }, { servers: [], variables: [] });
  });
}

onlyForkwire('no sockets need no names', async (t) => {
  for (const LISTEN_FDNAMES of ['', 'web']) {
    const program = activate(t, [], ['report-inherited.cjs'], { LISTEN_FDS: '0', LISTEN_FDNAMES });
    t.deepEqual((await reportOf(program)).servers, []);
  }
});

const wrong = [
  [{ LISTEN_FDS: 'abc' }, /LISTEN_FDS is 'abc', which is not a number/],
  [{ LISTEN_FDS: '-1' }, /LISTEN_FDS is '-1'/],
  [{ LISTEN_FDS: '999999999' }, /LISTEN_FDS is 999999999/],
  [{ LISTEN_PID: '1e3' }, /LISTEN_PID is '1e3'/],
  [{ LISTEN_FDNAMES: 'a:b' }, /LISTEN_FDS is 3, and LISTEN_FDNAMES has 2 names/],
  [{ LISTEN_FDS: '900' }, /descriptor \d+ \('unknown'\) (is not open|belongs to the runtime)/],
];

for (const [env, message] of wrong) {
  onlyForkwire(`what systemd would not say is an error that names it: ${JSON.stringify(env)}`, async (t) => {
    const { fds } = await sockets(t);
    const report = await reportOf(activate(t, fds, ['report-inherited.cjs'], env));
    t.is(report.code, 'ERR_FORKWIRE_LISTEN_FDS');
    t.regex(report.message, message);
    t.true(report.variables.includes('LISTEN_PID'), 'nothing was taken');
  });
}

onlyForkwire('a worker thread leaves the sockets to the main thread', async (t) => {
  const { fds } = await sockets(t);
  const program = activate(t, fds, ['report-inherited.cjs', 'in a worker thread']);
  const { inWorker, servers } = await reportOf(program);
  t.deepEqual([inWorker, servers.length], [0, 3]);
});

onlyForkwire('the program itself serves TCP, Unix and UDP', async (t) => {
  const { fds, where } = await sockets(t);
  const program = activate(t, fds, ['serve-inherited.cjs', 'here'], { LISTEN_FDNAMES: 'tcp:unix:udp' });
  await once(program.stdout, 'data');
  t.is(await asked(where.tcp), 'here');
  t.is(await asked(where.unix), 'here');
  t.is(await askedByDatagram(t, where.udp, 'x'), 'here x');
});

for (const wire of ['native', 'node']) {
  onlyForkwire(
    `workers serve TCP, Unix and UDP, and so do those that come later, ${wire} wire`,
    async (t) => {
      const { fds, where } = await sockets(t);
      const names = { LISTEN_FDNAMES: 'tcp:unix:udp' };
      const program = activate(t, fds, ['serve-inherited.cjs', wire], names);
      await once(program.stdout, 'data');
      const [first] = (await asked(where.tcp)).split(' ');
      await t.throwsAsync(asked({ ...where.tcp, path: '/crash' }));
      const answers = [
        await asked(where.tcp),
        await asked(where.unix),
        await askedByDatagram(t, where.udp, 'udp'),
      ];
      const [second] = answers[0].split(' ');
      t.not(first, second);
      t.deepEqual(answers, [`${second} tcp`, `${second} unix`, `${second} udp`]);
    },
  );
}

onlyForkwire('it can be listened on again after the server has closed', async (t) => {
  const { fds, where } = await sockets(t);
  const program = activate(t, fds, ['serve-inherited.cjs', 'again']);
  for (const round of [1, 2, 3]) {
    await once(program.stdout, 'data');
    t.is(await textOf(net.connect(where.tcp)), `round ${round}`);
  }
});

onlyForkwire('what is passed and is not a socket is a descriptor', async (t) => {
  const fd = openSync('/dev/null', 'r');
  t.teardown(() => closeSync(fd));
  const { servers } = await reportOf(activate(t, [fd], ['report-inherited.cjs']));
  t.deepEqual(servers, [{ fd: 3, name: 'unknown', type: 'character-device' }]);
});

const hasActivator = spawnSync('systemd-socket-activate', ['--version']).status === 0;
const withActivator = hasActivator ? onlyForkwire : test.skip;

for (const [how, answer] of [
  ['here', /^here$/],
  ['native', /^\d+ web$/],
]) {
  withActivator(`systemd-socket-activate passes its sockets: ${how}`, async (t) => {
    const path = socketPath(t);
    const program = [process.execPath, fixture('programs/serve-inherited.cjs'), how];
    const activator = spawn('systemd-socket-activate', ['-l', path, '--fdname=web', ...program], {
      stdio: 'ignore',
    });
    endWithTest(t, activator);
    await waitingFor('the socket of systemd-socket-activate', listened(path));
    t.regex(await asked({ socketPath: path }), answer);
  });
}

/** A socket has a path from bind() on, and can be connected to from listen() on: SO_ACCEPTCON, the third number of its flags. */
async function listened(path) {
  const line = new RegExp(`^\\S+ \\S+ \\S+ 00010000 .* ${path}$`, 'm');
  while (!line.test(readFileSync('/proc/net/unix', 'utf8'))) await setImmediate();
}
