import patched from '../helpers/patches.cjs';
import { both, onlyForkwire } from '../helpers/cases.mjs';
import { closed } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { runRegistered } from '../helpers/registered.mjs';
import test from '../helpers/test.mjs';

const { harder, patches } = patched;
const message = { a: [1, 'x', null, { b: 2 }], large: 'y'.repeat(70_000) };

const inChild =
  (name, serialization) =>
  async (t, { fork }) => {
    const child = fork('patch-and-echo.cjs', [name], { serialization });
    const ended = closed(child);
    const inbox = new Inbox(child);
    child.send(message);
    t.deepEqual(await inbox.next(), message);
    t.deepEqual(await ended, { code: 0, signal: null });
  };

for (const serialization of ['json', 'advanced']) {
  for (const name of Object.keys(patches)) {
    // The built-in channel makes its Buffers with them.
    const cases = name === 'functions of Buffer' || name === 'typed arrays' ? onlyForkwire : both;
    cases(
      `a child that replaces ${name} is answered as before, ${serialization}`,
      inChild(name, serialization),
    );
  }
  for (const name of Object.keys(harder)) {
    onlyForkwire(`a child that replaces ${name} is answered, ${serialization}`, inChild(name, serialization));
  }
}

const COUNT = 600;

for (const name of Object.keys({ ...patches, ...harder })) {
  onlyForkwire(
    `a child that replaces ${name} gets and sends messages of a few shapes, with long strings, and gets those of sendMany()`,
    async (t, { fork }) => {
      const child = fork('patch-then-list.cjs', [name]);
      const numbers = Array.from({ length: COUNT }, (_, n) => n);
      const messages = numbers.map((n) => ({
        n,
        text: 'x'.repeat(n % 3 === 0 ? 600 : 60),
        last: n === COUNT - 1,
        list: n % 5 === 0 ? [n] : undefined,
      }));
      const inbox = new Inbox(child);
      for (let at = 0; at < COUNT / 2; at += 50) child.sendMany(messages.slice(at, at + 50));
      for (const one of messages.slice(COUNT / 2)) child.send(one);
      t.is(await inbox.next(), messages.map(({ n, text, list }) => ` ${n} ${text.length} ${list}`).join(''));
      const answers = Array.from({ length: 200 }, (_, i) => ({ i, list: ['x', { i }] }));
      t.deepEqual(await inbox.take(200), answers);
      child.disconnect();
    },
  );
}

for (const name of Object.keys(patches)) {
  test(`a parent that replaces ${name} before its first fork()`, async (t) => {
    const { report, stderr } = await runRegistered(t, 'patch-then-fork.cjs', [name], {
      env: { FORKWIRE_DEBUG: '' },
    });
    t.deepEqual(report, { 'json, native': 4, 'json, node': 4, 'advanced, native': 4, 'advanced, node': 4 });
    t.is(stderr, '');
  });
}

// node:net itself uses the methods of arrays.
for (const name of Object.keys(patches).filter((each) => each !== 'methods of arrays')) {
  test(`a parent that replaces ${name} before it passes its first connection`, async (t) => {
    const { report, stderr } = await runRegistered(t, 'patch-then-pass.cjs', [name], {
      env: { FORKWIRE_DEBUG: '' },
    });
    t.is(report, 'Request handled with undefined priority');
    t.is(stderr, '');
  });
}
