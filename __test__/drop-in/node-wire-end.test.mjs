import test from '../helpers/test.mjs';
import { exited, textOf, when } from '../helpers/child.mjs';
import { recordEvents } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { overNodeWire, sameAsStock } from '../helpers/node-wire.mjs';
import { runProgram } from '../helpers/program.mjs';
import { killWhileBusy } from '../helpers/stopped.mjs';

const names = ['message', 'disconnect', 'exit', 'error'];
const turn = () => new Promise((resolve) => setImmediate(resolve));
const over = (child) => Promise.all([when(child, 'exit'), when(child, 'disconnect')]);

sameAsStock(
  "disconnect() in the parent: the order of events, and 'disconnect' before 'exit'",
  async (t, { fork }) => {
    const child = fork('idle.cjs');
    const events = recordEvents(child, names);
    child.on('disconnect', () => events.push(['at disconnect', child.connected, child.channel]));
    process.nextTick(() => events.push('tick before'));
    child.disconnect();
    process.nextTick(() => events.push('tick after'));
    events.push(['after the call', child.connected]);
    const exit = await exited(child);
    return { events, exit };
  },
);

sameAsStock('process.disconnect(), a second and a third time', async (t, { fork }) => {
  const child = fork('log-disconnect.cjs', { silent: true });
  child.send('go');
  return JSON.parse(await textOf(child.stdout));
});

sameAsStock("the child gets 'disconnect' when its parent disconnects", async (t, { fork }) => {
  const child = fork('report-disconnect.cjs', { silent: true });
  await new Inbox(child).next();
  child.disconnect();
  return { state: JSON.parse(await textOf(child.stdout)), ...(await exited(child)) };
});

sameAsStock('a child that disconnects and lives on', async (t, { fork }) => {
  const child = fork('disconnect-then-live.cjs', { silent: true });
  const events = recordEvents(child, [...names, 'close']);
  child.stdout.setEncoding('utf8');
  const [[text]] = await Promise.all([when(child.stdout, 'data'), when(child, 'disconnect')]);
  const state = [text, child.connected, child.channel, [...events]];
  child.stdin.end();
  await when(child, 'close');
  return [state, events];
});

sameAsStock('disconnect() again, and send() after it', async (t, { fork }) => {
  const child = fork('idle.cjs');
  const log = [];
  child.on('error', ({ name, code, message }) => log.push({ name, code, message }));
  child.disconnect();
  child.disconnect();
  log.push(child.send('late'));
  child.send('later', ({ code }) => log.push(code));
  await when(child, 'exit');
  child.disconnect();
  await turn();
  return log;
});

sameAsStock('a send to a child that is dead but not yet noticed', async (t, { fork }) => {
  const child = fork('idle.cjs');
  const log = [];
  child.on('error', ({ code, syscall }) => log.push([code, syscall]));
  await when(child, 'spawn');
  killWhileBusy(child);
  const callback = new Promise((resolve) => child.send('late', (error) => resolve(error?.code ?? null)));
  log.push(['callback', await callback]);
  await exited(child);
  return log;
});

for (const end of ['SIGKILL', 'exit 7']) {
  sameAsStock(`events and codes of a child that ends by ${end}`, async (t, { fork }) => {
    const child = fork('exit-on-message.cjs', { silent: true });
    const events = recordEvents(child, [...names, 'close']);
    child.stdout.resume();
    child.stderr.resume();
    if (end === 'SIGKILL') child.kill('SIGKILL');
    else child.send(7);
    const last = await when(child, 'close');
    await turn();
    const { exitCode, signalCode, killed, connected, channel } = child;
    return { last, events: [events.at(-1), events.sort()], exitCode, signalCode, killed, connected, channel };
  });
}

overNodeWire("everything the child sent comes before 'disconnect'", async (t, { fork }) => {
  const child = fork('send-then-end.cjs', ['falling off the end', '500', '1000']);
  const events = [];
  child.on('message', () => events.push('message'));
  child.on('disconnect', () => events.push('disconnect'));
  await over(child);
  t.is(events.length, 501);
  t.is(events.indexOf('disconnect'), 500);
});

overNodeWire('everything the parent sent before disconnect() arrives', async (t, { fork }) => {
  for (const serialization of ['json', 'advanced']) {
    const child = fork('count-until-disconnect.cjs', { silent: true, serialization });
    const text = 'x'.repeat(1000);
    for (let i = 0; i < 3000; i++) child.send({ i, text });
    child.disconnect();
    t.deepEqual(JSON.parse(await textOf(child.stdout)), { count: 3000, bytes: 3_000_000 });
  }
});

overNodeWire("a channel without use keeps neither side alive when it is unref'd", async (t, { fork }) => {
  const child = fork('echo.cjs');
  child.channel.unref();
  child.channel.ref();
  child.send('still');
  t.is(await new Inbox(child).next(), 'still');
});

for (const end of ['process.exit()', 'falling off the end', 'an uncaught exception']) {
  test(`everything a parent sent arrives even if it ends: ${end}`, async (t) => {
    const { stdout } = await runProgram(t, { name: 'forkwire' }, 'flood-node-wire.mjs', [end]);
    t.deepEqual(JSON.parse(stdout), { count: 5000, bytes: 5_000_000 });
  });
}
