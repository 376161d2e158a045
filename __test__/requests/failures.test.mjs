import { onlyForkwire } from '../helpers/cases.mjs';
import { onEachWire } from '../helpers/each-wire.mjs';
import { rejection } from '../helpers/rejection.mjs';

const SERVE = 'requests/serve.cjs';
const failing = (channel, how) => rejection(channel.request({ do: 'fail', how }));

for (const serialization of ['json', 'advanced']) {
  onEachWire(`an error arrives with all that it has, in ${serialization} too`, async (t, { share }) => {
    const { channel } = await share(SERVE, { serialization });
    const error = await failing(channel, 'error');
    t.true(error instanceof TypeError);
    t.is(error.name, 'TypeError');
    t.is(error.message, 'does not fit');
    t.regex(error.stack, /^TypeError: does not fit\n.*serve\.cjs/s);
    t.is(error.code, 'E_FIT');
    t.deepEqual(error.details, { limits: [1, 2] });
    t.true(error.cause instanceof RangeError);
    t.is(error.cause.message, 'the cause');
    t.deepEqual(Object.keys(error), ['code', 'details']);
  });
}

onEachWire('with advanced an error keeps what a structured clone keeps', async (t, { share }) => {
  const { channel } = await share(SERVE, { serialization: 'advanced' });
  const error = await failing(channel, 'rich');
  t.is(error.message, 'rich');
  t.deepEqual(error.cause, new Date(5));
  t.deepEqual(error.when, new Map([[1, new Set([2])]]));
  t.is(error.big, 3n);
  t.false('how' in error, 'a function cannot be sent');
});

onEachWire('with json an error keeps what JSON keeps', async (t, { share }) => {
  const error = await failing((await share(SERVE)).channel, 'rich');
  t.is(error.message, 'rich');
  t.is(error.cause, new Date(5).toJSON());
  t.deepEqual(error.when, {});
  t.is(error.big, '3', 'what has no JSON is a text');
});

onEachWire('an error that is rejected with is the same as one that is thrown', async (t, { share }) => {
  const error = await failing((await share(SERVE)).channel, 'rejects');
  t.true(error instanceof RangeError);
  t.is(error.message, 'rejected');
});

onEachWire('errors of each kind arrive as that kind', async (t, { share }) => {
  const { channel } = await share(SERVE);
  const named = await failing(channel, 'named');
  t.is(named.name, 'ShapeError');
  t.is(String(named), 'ShapeError: by name');
  const aggregate = await failing(channel, 'aggregate');
  t.true(aggregate instanceof AggregateError);
  t.is(aggregate.errors[0].message, 'one');
  t.is(aggregate.errors[1], 'two');
  const dom = await failing(channel, 'dom');
  t.true(dom instanceof DOMException);
  t.is(dom.name, 'NotFoundError');
  t.is(dom.code, DOMException.NOT_FOUND_ERR);
  const other = await failing(channel, 'otherRealm');
  t.is(other.name, 'TypeError');
  t.is(other.message, 'other realm');
});

onEachWire('what is thrown need not be an error', async (t, { share }) => {
  const { channel } = await share(SERVE);
  t.deepEqual(await failing(channel, 'value'), { code: 7 });
  t.is(await failing(channel, 'text'), 'just a text');
  t.is(await failing(channel, 'nothing'), undefined);
});

onEachWire(
  'an error that contains itself, or throws when it is looked at, harms nobody',
  async (t, { share }) => {
    const { channel } = await share(SERVE);
    const cyclic = await failing(channel, 'cyclic');
    t.is(cyclic.message, 'cyclic');
    let depth = 0;
    for (let error = cyclic; error instanceof Error; error = error.cause) depth += 1;
    t.true(depth > 1 && depth < 100, `${depth}`);
    t.is((await failing(channel, 'deep')).message, '9999');
    t.is((await failing(channel, 'getters')).good, 1);
    const hostile = await failing(channel, 'hostile');
    t.true(hostile === undefined || hostile instanceof Error || typeof hostile === 'string');
    t.is(await channel.request({ do: 'add', a: 1, b: 2 }), 3);
  },
);

onEachWire('a result that cannot be serialized is a failure', async (t, { share }) => {
  const { channel } = await share(SERVE);
  await t.throwsAsync(channel.request({ do: 'unserializable' }), {
    instanceOf: TypeError,
    message: /BigInt/,
  });
});

onlyForkwire('a result beyond maxMessageSize is a failure', async (t, { fork }) => {
  const { channel } = fork('requests/answer-much.cjs', { maxMessageSize: 2000 });
  await t.throwsAsync(channel.request(1), { message: /maxMessageSize/ });
  await t.throwsAsync(channel.request('throw'), { message: /maxMessageSize/ });
});
