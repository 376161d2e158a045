import { both, onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import jsonValues from '../helpers/json-values.cjs';
import { outcome } from '../helpers/outcome.mjs';

const { values } = jsonValues;
const throughJson = (value) => JSON.parse(JSON.stringify(value));

both('carries each kind of value as JSON does, to the child and back', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  for (const [kind, value] of Object.entries(values)) {
    child.send(value);
    t.deepEqual(await inbox.next(), throughJson(value), kind);
  }
});

both('carries all kinds in one run, in order', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  const messages = Object.values(values);
  for (const message of messages) child.send(message);
  t.deepEqual(await inbox.take(messages.length), messages.map(throughJson));
});

both('the child reads the same values as the parent sent', async (t, { share }) => {
  const child = share('compare-json-values.cjs');
  const inbox = new Inbox(child);
  const kinds = Object.keys(values);
  for (const kind of kinds) child.send({ kind, value: values[kind] });
  const verdicts = await inbox.take(kinds.length);
  t.deepEqual(
    verdicts.filter(({ same }) => !same),
    [],
  );
});

both('an own key __proto__ stays a key', async (t, { share }) => {
  const child = share('echo.cjs');
  child.send(JSON.parse('{"__proto__":{"polluted":true}}'));
  const message = await new Inbox(child).next();
  t.true(Object.hasOwn(message, '__proto__'));
  t.is(message.polluted, undefined);
  t.is({}.polluted, undefined);
});

both('a message arrives as it was when it was sent', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  const message = { n: 0 };
  for (; message.n < 5; message.n++) child.send(message);
  t.deepEqual(await inbox.take(5), [{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]);
});

both('toJSON is called once for each send', async (t, { share }) => {
  const child = share('echo.cjs');
  let calls = 0;
  child.send({ toJSON: () => ++calls });
  t.is(await new Inbox(child).next(), 1);
  t.is(calls, 1);
});

both('throws what JSON.stringify throws, and sends nothing', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  const cycle = {};
  cycle.self = cycle;
  const thrown = new Error('from toJSON');
  child.send('before');
  t.throws(() => child.send(cycle), { instanceOf: TypeError, message: /circular/ });
  t.throws(() => child.send({ a: 1n }), { instanceOf: TypeError, message: /BigInt/ });
  t.is(
    t.throws(() =>
      child.send({
        toJSON() {
          throw thrown;
        },
      }),
    ),
    thrown,
  );
  child.send('after');
  t.deepEqual(await inbox.take(2), ['before', 'after']);
});

// Stock Node writes "undefined" for it, which is an uncaught SyntaxError in the receiver.
onlyForkwire(
  'throws when JSON has no text for the message, and the channel goes on',
  async (t, { share }) => {
    const child = share('echo.cjs');
    const { code } = outcome(() => child.send({ toJSON() {} }));
    t.is(code, 'ERR_FORKWIRE_NOT_SERIALIZABLE');
    t.throws(() => child.send({ toJSON() {} }), {
      message: /: JSON\.stringify\(\) returned undefined for it/,
    });
    t.is(outcome(() => child.send({ toJSON: () => Symbol('s') })).code, code);
    child.send('after');
    t.is(await new Inbox(child).next(), 'after');
  },
);

onlyForkwire('the child throws when JSON has no text for its message', async (t, { fork }) => {
  const child = fork('send-nothing.cjs');
  t.is(await new Inbox(child).next(), 'ERR_FORKWIRE_NOT_SERIALIZABLE');
});
