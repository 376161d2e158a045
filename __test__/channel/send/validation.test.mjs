import test from '../../helpers/test.mjs';
import { compared, both } from '../../helpers/cases.mjs';
import { textOf } from '../../helpers/child.mjs';
import { Inbox } from '../../helpers/inbox.mjs';
import sendCases from '../../helpers/send-cases.cjs';

const { outcomes, outcome } = sendCases;
const isTable = (message) => message?.cmd === 'outcomes';

for (const serialization of ['json', 'advanced']) {
  compared(`what each call of child.send() returns or throws, ${serialization}`, (t, { fork }) =>
    outcomes(fork('idle.cjs', { serialization })),
  );

  compared(`what each call of process.send() returns or throws, ${serialization}`, async (t, { fork }) => {
    const inbox = new Inbox(fork('report-outcomes.cjs', { serialization }));
    let message;
    do message = await inbox.next();
    while (!isTable(message));
    return message.table;
  });
}

compared('what each call returns or throws on a closed channel, in the parent', (t, { fork }) => {
  const child = fork('idle.cjs');
  child.on('error', () => {});
  child.disconnect();
  return outcomes(child);
});

compared('what each call returns or throws on a closed channel, in the child', async (t, { fork }) => {
  const child = fork('report-outcomes-after-disconnect.cjs', { silent: true });
  return JSON.parse(await textOf(child.stdout));
});

both('has the documented codes', (t, { fork }) => {
  const child = fork('idle.cjs');
  const codeOf = (...args) => outcome(() => child.send(...args)).code;
  t.is(codeOf(), 'ERR_MISSING_ARGS');
  for (const message of [1n, Symbol('s')]) t.is(codeOf(message), 'ERR_INVALID_ARG_TYPE');
  for (const options of [null, true, 'x']) {
    t.is(codeOf(1, undefined, options), 'ERR_INVALID_ARG_TYPE');
  }
  for (const handle of [{}, true, 'x', 1]) t.is(codeOf(1, handle), 'ERR_INVALID_HANDLE_TYPE');
});

both('delivers the valid messages in order, and nothing that was refused', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  const expected = [];
  for (const [call, args] of [
    ['null', [null]],
    ['refused message', [1n]],
    ['a falsy handle', ['with 0', 0]],
    ['refused handle', ['refused', {}]],
    ['a callback that is not a function', ['x', undefined, undefined, 'no function']],
    ['refused options', ['refused', undefined, null]],
    ['empty', ['']],
  ]) {
    if (call.startsWith('refused')) {
      t.throws(() => child.send(...args));
    } else {
      expected.push(args[0]);
      t.true(child.send(...args));
    }
  }
  t.deepEqual(await inbox.take(expected.length), expected);
});

test('the table of calls has no call twice', (t) => {
  const names = outcomes({ send: () => true }).map(([call]) => call);
  t.is(new Set(names).size, names.length);
});
