// The functions that are called once a message, used as no part of the package uses them.
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { when } from '../helpers/child.mjs';
import test from '../helpers/test.mjs';

const addon = createRequire(import.meta.url)('../../index.js');

const nothing = () => {};
const names =
  'onText onClones onSeveral onCalls onCall onCallEnd onMessage onProgress onAcknowledged onRefused onWriteError onProtocolError onClose';
const [PENDING, BROKEN, LATE, NOT_SENT] = [2, 8, 16, 32];

/** A channel with nobody at its other end but the test. */
function openChannel(t) {
  const [ours, theirs] = addon.createPair();
  t.teardown(() => addon.closeFd(theirs));
  return open(ours);
}

function open(fd, events = {}, referenced = false) {
  const options = {
    highWaterMark: 1000,
    maxMessageSize: 1000,
    receiveLimit: 1000,
    flushTimeout: 0,
    referenced,
  };
  const all = Object.fromEntries(names.split(' ').map((name) => [name, nothing]));
  return new addon.Channel(fd, options, { ...all, ...events });
}

test('a wrong argument is an error that names its place, and nothing is sent', (t) => {
  const channel = openChannel(t);
  const { sendText, sendShort, sendInternal, sendBytes, sendParts, setFlowing } = channel.functions();
  const { defineOutline, sendValues } = channel.functions();
  t.is(defineOutline(0, ['{"a":', '}'], 's'), 0);
  const before = channel.stats().bytesSent;
  for (const [call, words] of [
    [() => sendText(), 'argument 0 must be a string'],
    [() => sendText({}), 'argument 0 must be a string'],
    [() => sendShort(), 'argument 0 must be a string'],
    [() => sendShort({}), 'argument 0 must be a string'],
    [() => sendInternal({}), 'argument 0 must be a string'],
    [() => sendBytes(new Uint8Array(1)), 'argument 1 must be a boolean'],
    [() => sendBytes('1', false), 'argument 0 must be a Uint8Array'],
    [() => sendBytes(new Float64Array(1), false), 'argument 0 must be a Uint8Array'],
    [() => sendBytes(new DataView(new ArrayBuffer(8)), false), 'argument 0 must be a Uint8Array'],
    [() => sendParts(new Uint8Array(1), false), 'argument 0 must be an array of Uint8Array'],
    [() => sendParts([new Uint8Array(1), 1], false), 'argument 0 must be an array of Uint8Array'],
    [() => setFlowing(1), 'argument 0 must be a boolean'],
    [() => defineOutline('0', [], ''), 'argument 0 must be a number'],
    [() => defineOutline(0, 'x', ''), 'argument 1 must be an array of strings'],
    [() => defineOutline(0, [], 1), 'argument 2 must be a string'],
    [() => sendValues(), 'argument 0 must be a number'],
    [() => sendValues(0), 'argument 1 must be a string, a number, a boolean or null'],
    [() => sendValues(0, {}), 'argument 1 must be a string, a number, a boolean or null'],
  ]) {
    t.throws(call, { code: 'ERR_INVALID_ARG_TYPE', message: words });
  }
  t.is(channel.stats().bytesSent, before);
  t.is(channel.settled(), 0);
  channel.destroy();
});

test('values of an outline that is not there, or does not fit, are not sent', (t) => {
  const channel = openChannel(t);
  const { defineOutline, sendValues } = channel.functions();
  const before = channel.stats().bytesSent;
  t.is(sendValues(0, 'x'), NOT_SENT);
  t.is(defineOutline(16, ['1', '2'], 's'), NOT_SENT);
  t.is(defineOutline(0, ['1', '2'], 'ss'), NOT_SENT);
  t.is(defineOutline(0, new Array(26).fill(''), 's'.repeat(25)), NOT_SENT);
  t.is(sendValues(0, 'x'), NOT_SENT);
  t.is(sendValues(2 ** 32 - 1), NOT_SENT);
  t.is(channel.stats().bytesSent, before);
  t.is(defineOutline(0, ['[', ']'], 'n'), 0);
  t.throws(() => sendValues(0, 'x'.repeat(2000)), { code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE' });
  t.throws(() => sendValues(0, 'x'.repeat(50_000)), { code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE' });
  t.is(sendValues(0, 'x', 'one more'), 0);
  channel.destroy();
  t.not(sendValues(0, 'x') & BROKEN, 0);
});

test('bytes are where they are after all elements of the array were read', (t) => {
  const channel = openChannel(t);
  const { sendParts } = channel.functions();
  const first = new Uint8Array(100).fill(1);
  const parts = [first, undefined];
  Object.defineProperty(parts, 1, {
    get() {
      structuredClone(first.buffer, { transfer: [first.buffer] });
      return new Uint8Array(7);
    },
  });
  const before = channel.stats().bytesSent;
  t.is(sendParts(parts, false), 0);
  t.true(channel.stats().bytesSent - before < 100, 'what was detached has no bytes');
  channel.destroy();
});

test('a text that is sent as a short one arrives whole, whatever its length and its characters', async (t) => {
  const [ours, theirs] = addon.createPair();
  const sender = open(ours);
  const received = [];
  const receiver = open(theirs, { onText: (text) => received.push(...JSON.parse(text)) });
  t.teardown(() => [sender, receiver].forEach((channel) => channel.destroy()));
  receiver.functions().setFlowing(true);
  const { sendShort, flush } = sender.functions();
  const sent = [];
  for (const character of ['x', '\u00e4', '\u6f22', '\u{1f600}'])
    for (const length of [0, 1, 126, 127, 128, 253, 254, 255, 256, 257, 300]) {
      const text = character.repeat(length);
      if (Buffer.byteLength(text) > 998) continue;
      sendShort(`"${text}"`);
      sent.push(text);
    }
  sendShort('"\ud800"');
  flush();
  while (received.length <= sent.length) await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(received, [...sent, '\ufffd']);
});

test('they need no receiver, and report a closed channel', (t) => {
  const channel = openChannel(t);
  const { sendText, sendBytes, flush } = channel.functions();
  t.is(sendText('1'), 0);
  t.is(Reflect.apply(sendText, new Date(), ['2']) & BROKEN, 0);
  channel.destroy();
  t.is(sendText('3'), BROKEN);
  t.is(sendBytes(new Uint8Array(20_000), false), BROKEN);
  t.is(flush(), BROKEN);
});

test('what they throw leaves the channel as it was', (t) => {
  const channel = openChannel(t);
  const { sendText, flush } = channel.functions();
  t.throws(() => sendText('x'.repeat(1001)), { code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE' });
  sendText('1');
  t.is(flush(), 0);
  t.is(channel.settled(), 1);
  channel.destroy();
});

/** Two channels at the ends of one socket pair, which record what they are told. */
function openPair(t) {
  const ends = addon.createPair().map((fd) => {
    const log = [];
    const end = { log, arrivals: new EventEmitter() };
    const events = {
      onText(text) {
        log.push(text);
        end.arrivals.emit('text');
      },
      onProgress: (settled, status) => log.push({ settled, status }),
    };
    end.channel = open(fd, events, true);
    end.functions = end.channel.functions();
    end.functions.setFlowing(true);
    end.next = () => when(end.arrivals, 'text');
    return end;
  });
  t.teardown(() => ends.forEach(({ channel }) => channel.destroy()));
  return ends;
}

test('that a message was written is an answer or an event, and not both', async (t) => {
  const [first, second] = openPair(t);
  for (const [one, other] of [
    [first, second],
    [second, first],
    [first, second],
  ]) {
    const arrived = other.next();
    t.is(one.functions.sendText('1'), 0);
    await arrived;
  }
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(first.log, ['[1]']);
  t.deepEqual(second.log, ['[1]', '[1]']);
});

test('after a response that comes too late, an event says that the messages before it were written', async (t) => {
  const [client, server] = openPair(t);
  const [asking, answering] = [client, server].map(({ channel }) => channel.requestFunctions());
  answering.setRequests(1);
  asking.sendRequest('1');
  asking.endRequest(1, 0);
  const arrived = server.next();
  client.functions.sendText('1');
  await arrived;
  await new Promise((resolve) => setImmediate(resolve));
  server.log.length = 0;
  t.is(server.functions.sendText('1'), 0);
  const waits = (server.functions.sendText('2') & PENDING) !== 0; // unless the first burst is over already
  const until = performance.now() + 5; // a burst is over after a millisecond
  while (performance.now() < until);
  t.is(answering.sendResponse('1', 1, false), LATE);
  const another = server.next();
  client.functions.sendText('2');
  await another;
  await new Promise((resolve) => setImmediate(resolve));
  const events = server.log.filter((entry) => typeof entry === 'object');
  t.deepEqual(events, waits ? [{ settled: 2, status: 0 }] : []);
});

test('a listener that is called from within one may close the channel', async (t) => {
  const [ours, theirs] = addon.createPair();
  const sender = open(ours);
  const texts = [];
  const receiver = open(theirs, {
    onText(text) {
      texts.push(text);
      receiver.destroy();
    },
  });
  t.teardown(() => sender.destroy());
  sender.functions().sendText('1');
  while (receiver.stats().held === 0) await new Promise((resolve) => setImmediate(resolve));
  const { setFlowing } = receiver.functions();
  setFlowing(true);
  t.deepEqual(texts, ['[1]']);
  t.notThrows(() => setFlowing(false));
});

test('they are collected with their channel, and outlive it as long as they are referred to', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const kept = openClosed().functions;
  const { reference } = openClosed();
  for (let turn = 0; turn < 20 && reference.deref() !== undefined; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  t.is(reference.deref(), undefined);
  t.is(kept.sendText('1'), BROKEN);

  function openClosed() {
    const channel = openChannel(t);
    const functions = channel.functions();
    channel.destroy();
    return { functions, reference: new WeakRef(functions.sendText) };
  }
});
