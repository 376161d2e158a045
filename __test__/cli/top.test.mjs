import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { once } from '../helpers/events.mjs';
import test from '../helpers/test.mjs';
import { cliFile, forkwireCommand } from '../helpers/cli.mjs';
import { endWithTest, fixture, when } from '../helpers/child.mjs';
import { stockOnly } from '../helpers/implementations.mjs';
import { openFolder, startShown, topEnvironment } from '../helpers/shown.mjs';

const unix = process.platform === 'win32' || stockOnly ? test.skip : test;
const hasScript = spawnSync('script', ['--version']).status === 0;
const FAST = ['--interval', '0.1'];

const sockets = (folder) => readdirSync(folder).sort();
const modeOf = (path) => (statSync(path).mode & 0o777).toString(8);

unix('a snapshot has both ends of a channel, with their counts', async (t) => {
  const { env } = topEnvironment(t);
  const { pid, child, complaints } = await startShown(t, env);
  const { code, stdout, stderr } = await forkwireCommand(t, ['top', String(pid), '--json', ...FAST], { env });
  t.is(code, 0, stderr);
  const shown = JSON.parse(stdout);
  t.is(shown.pid, pid);
  t.deepEqual(
    shown.processes.map((one) => one.pid),
    [pid, child],
  );
  t.deepEqual(
    shown.channels.map(({ pid: whose, role, peer, wire }) => ({ pid: whose, role, peer, wire })),
    [
      { pid, role: 'parent', peer: child, wire: 'native' },
      { pid: child, role: 'child', peer: pid, wire: 'native' },
    ].sort((a, b) => a.pid - b.pid),
  );
  for (const { sent, received, sending } of shown.channels) {
    t.like(sent, { messages: 1, backlog: 0, handlesInFlight: 0, drains: 0, errors: 0 });
    t.is(received.messages, 1);
    t.deepEqual(sending, { messages: 0, bytes: 0 });
  }
  t.is(complaints(), '');
});

unix('where there is no terminal it prints a table once', async (t) => {
  const { env } = topEnvironment(t);
  const { pid, child } = await startShown(t, env);
  const { code, stdout } = await forkwireCommand(t, ['top', String(pid), ...FAST], { env });
  t.is(code, 0);
  const [head, ...rows] = stdout.trimEnd().split('\n');
  t.regex(head, /^PID +CHANNEL +WIRE .*BACKLOG +HELD +HANDLES +ASKED +SERVING +DRAINS +ERRORS$/);
  t.is(rows.length, 2);
  t.true(rows.some((row) => row.startsWith(`${pid} `) && row.includes(`parent of ${child}`)));
  t.true(rows.some((row) => row.startsWith(`${child} `) && row.includes(`child of ${pid}`)));
});

unix('without a PID it lists the programs that can be observed', async (t) => {
  const { env } = topEnvironment(t);
  const { pid, child } = await startShown(t, env);
  const { code, stdout } = await forkwireCommand(t, ['top'], { env });
  t.is(code, 0);
  for (const one of [pid, child]) t.regex(stdout, new RegExp(`^${one}  \\S+  1 channel$`, 'm'));
});

unix('no other user can reach the socket, and it goes with the program', async (t) => {
  const { env, folder } = topEnvironment(t);
  const { pid, child, end } = await startShown(t, env);
  t.deepEqual(sockets(folder), [`${pid}-0.sock`, `${child}-0.sock`].sort());
  t.is(modeOf(folder), '700');
  for (const name of sockets(folder)) t.is(modeOf(join(folder, name)), '600');
  t.deepEqual(await end(), { code: 0, signal: null });
  t.deepEqual(sockets(folder), []);
});

unix('an observer does not keep the program alive', async (t) => {
  const { env, folder } = topEnvironment(t);
  const { pid, end } = await startShown(t, env);
  const socket = connect(join(folder, `${pid}-0.sock`));
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  socket.write('\n');
  await once(socket, 'data');
  t.deepEqual(await end(), { code: 0, signal: null });
});

unix('the next program removes what a killed one has left behind', async (t) => {
  const { env, folder } = topEnvironment(t);
  const first = await startShown(t, env);
  const left = join(folder, `${first.pid}-0.sock`);
  const gone = when(first.program, 'close');
  first.program.kill('SIGKILL');
  await gone;
  t.true(existsSync(left));
  const { code, stderr } = await forkwireCommand(t, ['top', String(first.pid)], { env });
  t.is(code, 1);
  t.is(stderr, `forkwire: ${first.pid} is not a running process.\n`);
  const second = await startShown(t, env);
  await second.end();
  t.false(existsSync(left));
});

unix('a folder that others can enter is not used, and the program runs on', async (t) => {
  const { env, folder } = topEnvironment(t);
  openFolder(folder);
  chmodSync(folder, 0o777);
  const { pid, complaints, end } = await startShown(t, env);
  t.regex(
    complaints(),
    /FORKWIRE_TOP cannot use a folder for its socket: .* is accessible to other users: run chmod 700 on it/,
  );
  t.deepEqual(sockets(folder), []);
  t.is((await forkwireCommand(t, ['top', String(pid)], { env })).code, 1);
  t.deepEqual(await end(), { code: 0, signal: null });
});

unix('for a program that cannot be observed it says how to enable that', async (t) => {
  const { env, folder } = topEnvironment(t);
  const { pid } = await startShown(t, { ...env, FORKWIRE_TOP: '0' });
  t.false(existsSync(folder));
  const { code, stdout, stderr } = await forkwireCommand(t, ['top', String(pid)], { env });
  t.deepEqual({ code, stdout }, { code: 1, stdout: '' });
  t.regex(stderr, /does not show its channels: start it with FORKWIRE_TOP=1/);
});

unix('a stopped program is reported as not answering', async (t) => {
  const { env } = topEnvironment(t);
  const { pid, program } = await startShown(t, env);
  program.kill('SIGSTOP');
  const { code, stderr } = await forkwireCommand(t, ['top', String(pid), ...FAST], { env });
  program.kill('SIGCONT');
  t.is(code, 1);
  t.is(stderr, `forkwire: ${pid} does not answer: it computes or is stopped\n`);
});

unix('mistakes on the command line are reported', async (t) => {
  for (const [args, words] of [
    [['zero'], /^forkwire: zero is not a PID\n$/],
    [['1', '2'], /^forkwire: expected one PID, got 2\n$/],
    [['1', '--interval', 'soon'], /^forkwire: --interval soon: not a number of seconds/],
  ]) {
    const { code, stderr } = await forkwireCommand(t, ['top', ...args]);
    t.is(code, 2);
    t.regex(stderr, words);
  }
});

const onTerminal = hasScript ? unix : test.skip;
onTerminal('on a terminal it is drawn until q is pressed, and leaves the terminal as it was', async (t) => {
  const { env } = topEnvironment(t);
  const { pid, child } = await startShown(t, env);
  const line = `"${process.execPath}" "${cliFile}" top ${pid} --interval 0.1`;
  const terminal = spawn('script', ['-qec', line, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env, TERM: 'xterm', COLUMNS: '120', LINES: '24' },
  });
  t.teardown(() => terminal.kill());
  let text = '';
  let pressed = false;
  for await (const chunk of terminal.stdout.setEncoding('utf8')) {
    text += chunk;
    if (pressed || !text.includes(`parent of ${child}`)) continue;
    pressed = true;
    terminal.stdin.write('q');
  }
  t.true(text.includes('\x1b[?1049h') && text.includes('q quits, sorted by messages'), text);
  t.true(text.trimEnd().endsWith('\x1b[?25h\x1b[?1049l'), JSON.stringify(text.slice(-60)));
});

unix("the control characters of a program's name do not reach the terminal", async (t) => {
  const { env } = topEnvironment(t);
  const name = 'red\x1b[31m\u202e\x85.cjs';
  const file = join(env.TMPDIR, name);
  const loads = `require(${JSON.stringify(fixture('../../dist/index.js'))}); setInterval(() => {}, 1e6); console.log();`;
  writeFileSync(file, loads);
  const program = spawn(process.execPath, [file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endWithTest(t, program);
  await once(program.stdout, 'data');
  const { stdout } = await forkwireCommand(t, ['top'], { env });
  t.is(stdout, `${program.pid}  red\\x1b[31m\\u{202e}\\x85.cjs  0 channels\n`);
});
