import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { endWithTest, fixture, textOf, when } from '../../helpers/child.mjs';
import { effort } from '../../helpers/effort.mjs';
import { forkwire, stockOnly } from '../../helpers/implementations.mjs';
import { connection, listening } from '../../helpers/sockets.mjs';
import test from '../../helpers/test.mjs';

const { Random } = createRequire(import.meta.url)('../../soak/lib/random.cjs');

const ROUNDS = effort(16, 5);
const SENDS = 10;
/** Sends within sends within sends. */
const DEPTH = 2;

/**
 * A program that sends, disconnects, kills, closes what it is sending and throws wherever the channel runs it: in
 * getters and toJSON(), in callbacks, in methods of a socket that are called when it is taken.
 */
class Program {
  /** What became of each send. */
  sends = [];
  /** Those that were taken, in that order: a message within another one is taken before it. */
  taken = new Set();
  killed = false;
  #random;
  #child;
  #pairs;

  constructor(random, child, pairs) {
    this.#random = random;
    this.#child = child;
    this.#pairs = pairs;
  }

  send(depth = 0) {
    const random = this.#random;
    const entry = { id: this.sends.length, settled: [], threw: false, pair: undefined };
    this.sends.push(entry);
    if (random.chance(0.5)) entry.pair = this.#pairs.pop();
    const socket = entry.pair?.accepted;
    if (socket && random.chance(0.3)) this.#override(socket, entry, depth);
    const callback = (...args) => {
      entry.settled.push(args);
      if (random.chance(0.2)) this.#act(depth + 1, undefined);
    };
    try {
      this.#child.send(this.#message(entry.id, depth, socket), socket, undefined, callback);
      this.taken.add(entry);
    } catch (error) {
      if (error.message !== 'thrown by the program') throw error;
      entry.threw = true;
    }
  }

  #message(id, depth, socket) {
    const act = this.#once(() => this.#act(depth + 1, socket));
    const ways = [
      () => ({ id }),
      () => ({ id, text: 'x'.repeat(100_000) }),
      () => Object.defineProperty({ id }, 'x', { get: act, enumerable: true }),
      () => ({
        id,
        bytes: Buffer.alloc(20_000),
        nested: Object.defineProperty({}, 'x', { get: act, enumerable: true }),
      }),
    ];
    return this.#random.pick(ways)();
  }

  #once(act) {
    let done = false;
    return () => {
      if (!done) {
        done = true;
        act();
      }
      return 1;
    };
  }

  #override(socket, entry, depth) {
    const { setTimeout } = socket;
    socket.setTimeout = (...args) => {
      socket.setTimeout = setTimeout;
      this.taken.add(entry); // it is called when the message is on its way
      this.#act(depth + 1, undefined, false);
      return setTimeout.apply(socket, args);
    };
  }

  #act(depth, socket, mayThrow = depth > 0 && socket !== undefined) {
    const actions = ['nothing', 'send', 'send', 'disconnect', 'kill', 'close', 'throw'];
    const action = this.#random.pick(actions);
    if (action === 'send' && depth <= DEPTH) this.send(depth);
    if (action === 'disconnect' && this.#child.connected && this.#random.chance(0.3))
      this.#child.disconnect();
    // kill() returns false for a child that an earlier one has ended.
    if (action === 'kill' && this.#random.chance(0.1) && this.#child.kill('SIGKILL')) this.killed = true;
    if (action === 'close') socket?.destroy();
    if (action === 'throw' && mayThrow) throw new Error('thrown by the program');
  }
}

async function round(t, seed, way) {
  const random = new Random(seed);
  const server = await listening(t);
  const pairs = [];
  for (let i = 0; i < SENDS; i++) pairs.push(await connection(t, server));
  for (const { accepted, client } of pairs) for (const end of [accepted, client]) end.on('error', () => {});
  const heard = pairs.map(({ client }) => textOf(client).catch(() => ''));
  const clients = pairs.map(({ client }) => client);
  const child = start(t, way);
  child.on('error', () => {});
  const text = textOf(child.stdout);
  const closed = when(child, 'close');
  const program = new Program(random, child, pairs);
  for (let i = 0; i < SENDS && child.connected; i++) {
    program.send();
    if (random.chance(0.3)) await setImmediate();
  }
  // Callbacks send, too.
  while (child.connected && program.sends.some(({ threw, settled }) => !threw && settled.length === 0))
    await setImmediate();
  if (child.connected) child.disconnect();
  await closed;
  await setImmediate();
  const received = (await text).split('\n').slice(0, -1).map(Number);
  server.close();
  return faultOf(program, received, new Map(await said(program, clients, heard)));
}

/** What the other end of each socket that was sent was told. */
async function said({ sends }, clients, heard) {
  for (const { pair } of sends) pair?.accepted.destroy();
  const withSocket = sends.filter(({ pair }) => pair !== undefined);
  return Promise.all(
    withSocket.map(async ({ id, pair }) => {
      const { client } = pair;
      if (!client.destroyed && !client.readableEnded)
        await Promise.race([once(client, 'close'), once(client, 'end')]);
      return [id, await heard[clients.indexOf(client)]];
    }),
  );
}

function faultOf({ sends, taken, killed }, received, texts) {
  for (const { id, settled, threw } of sends) {
    if (settled.length !== (threw ? 0 : 1))
      return `send ${id}${threw ? ', which threw,' : ''} settled ${settled.length} times`;
    if (!threw && settled[0].length !== 1)
      return `the callback of send ${id} got ${settled[0].length} arguments`;
  }
  const sent = [...taken].filter(({ settled }) => settled[0][0] === null).map(({ id }) => id);
  const expected = killed ? sent.slice(0, received.length) : sent;
  if (received.join() !== expected.join()) return `received ${received}, but sent ${sent}`;
  for (const [id, text] of texts) {
    if (text !== '' && text !== `${id}`) return `the socket of send ${id} went with send ${text}`;
  }
  return undefined;
}

const ways = [
  ['native', 'json'],
  ['native', 'advanced'],
  ['node', 'json'],
  ['node', 'advanced'],
];
const declare = stockOnly ? test.skip : test;

function start(t, [wire, serialization]) {
  const stdio = ['ignore', 'pipe', 'inherit', 'ipc'];
  const child = forkwire.fork(fixture('list-ids.cjs'), [], { wire, serialization, stdio });
  endWithTest(t, child);
  return child;
}

const callbackOf = (child, message, socket) =>
  new Promise((resolve) => child.send(message, socket, undefined, (...args) => resolve(args)));

// As in Node, on which the channel closes on the next tick.
for (const way of ways) {
  declare(`a message that calls disconnect() while it is serialized still arrives: ${way}`, async (t) => {
    for (const withSocket of [false, true]) {
      const child = start(t, way);
      const { accepted, client } = await connection(t, await listening(t));
      client.resume(); // so that it ends when the child's end does
      let calls = 0;
      const message = {
        id: 7,
        get x() {
          if (calls++ === 0) child.disconnect();
          return 1;
        },
      };
      const text = textOf(child.stdout);
      const callback = callbackOf(child, message, withSocket ? accepted : undefined);
      t.false(child.connected);
      t.deepEqual(await callback, [null]);
      t.is(await text, '7\n');
    }
  });

  declare(`what is sent is the socket that was passed, although its message closes it: ${way}`, async (t) => {
    const child = start(t, way);
    const server = await listening(t);
    const { accepted, client } = await connection(t, server);
    let other;
    const message = {
      id: 7,
      get x() {
        accepted.destroy();
        other ??= connection(t, server); // would get the number
        return 1;
      },
    };
    const heard = textOf(client);
    t.deepEqual(await callbackOf(child, message, accepted), [null]);
    t.is(await heard, '7');
    const { client: stranger } = await other;
    t.false(stranger.readableEnded);
  });
}

for (const way of ways) {
  declare(`each send settles once, whatever the program does inside it: ${way}`, async (t) => {
    const first = Math.trunc(Math.random() * 2 ** 31);
    for (let i = 0; i < ROUNDS; i++) t.is(await round(t, first + i, way), undefined, `seed ${first + i}`);
  });
}
