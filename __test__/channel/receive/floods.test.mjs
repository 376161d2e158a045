import { writeSync } from 'node:fs';
import { onlyForkwire } from '../../helpers/cases.mjs';
import { textOf, when } from '../../helpers/child.mjs';
import { recordEvents } from '../../helpers/events.mjs';
import { stockOnly } from '../../helpers/implementations.mjs';
import { Inbox } from '../../helpers/inbox.mjs';
import { startRawPeer } from '../../helpers/raw-peer.mjs';
import test from '../../helpers/test.mjs';

const declare = stockOnly ? test.skip : test;

const peers = {
  'json, native wire': { wire: 'native', serialization: 'json' },
  'advanced, native wire': { wire: 'native', serialization: 'advanced' },
  "json, Node's wire": { wire: 'node', serialization: 'json' },
};

const CODE = 'ERR_FORKWIRE_MALFORMED';
const LIMIT = /^The peer sent 1000 messages or handles that cannot be used\./;

for (const [name, options] of Object.entries(peers)) {
  declare(`the first malformed messages are reported, and the others counted: ${name}`, async (t) => {
    const child = startRawPeer(t, options, 'malformed', '500', options.serialization);
    const errors = [];
    child.on('error', (error) => errors.push(error));
    const [done] = await when(child, 'message');
    t.is(done, 'done');
    t.deepEqual(
      errors.map(({ code }) => code),
      Array(10).fill(CODE),
    );
    t.is(child.channel.stats().received.errors, 500);
    t.true(child.connected);
    const disconnected = when(child, 'disconnect');
    child.kill('SIGKILL');
    await disconnected;
    t.is(errors.length, 11);
    t.is(errors[10].code, CODE);
    t.regex(errors[10].message, /^490 more messages or handles/);
  });

  declare(`a flood of malformed messages ends the channel: ${name}`, async (t) => {
    const child = startRawPeer(t, options, 'malformed', '65536', options.serialization);
    const { channel } = child;
    const errors = [];
    const events = recordEvents(child, ['message', 'error', 'disconnect']);
    child.on('error', (error) => errors.push(error));
    await when(child, 'disconnect');
    t.deepEqual(events, [...Array(11).fill('error'), 'disconnect']);
    t.regex(errors[10].message, LIMIT);
    t.is(errors[10].code, CODE);
    t.is(errors[10].side, 'peer');
    t.is(channel.stats().received.errors, 1000);
    t.false(child.connected);
    child.kill('SIGKILL');
    await when(child, 'close');
  });

  declare(`a flood of malformed messages causes few warnings: ${name}`, async (t) => {
    const warnings = [];
    const note = ({ code, message }) => warnings.push({ code, message });
    process.on('warning', note);
    const child = startRawPeer(t, options, 'malformed', '65536', options.serialization);
    child.on('message', () => {}); // without one, nothing is read
    await when(child, 'disconnect');
    child.kill('SIGKILL');
    await when(child, 'close');
    process.off('warning', note);
    t.is(warnings.length, 11);
    t.regex(warnings[10].message, LIMIT);
  });
}

onlyForkwire('a flood of malformed messages ends the channel in the child too', async (t, { fork }) => {
  const child = fork('count-faults.cjs', { silent: true });
  const inbox = new Inbox(child);
  child.send('m');
  await inbox.next();
  child.on('error', () => {});
  writeSync(child.channel.fd, Buffer.from('02000000020000005d5d'.repeat(2000), 'hex'));
  const errors = JSON.parse(await textOf(child.stdout));
  t.is(errors.length, 11);
  t.is(errors[10].code, CODE);
  t.regex(errors[10].message, LIMIT);
});
