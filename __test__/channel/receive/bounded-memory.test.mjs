import { both, onlyForkwire } from '../../helpers/cases.mjs';
import { when } from '../../helpers/child.mjs';
import { Inbox } from '../../helpers/inbox.mjs';

const MiB = 1 << 20;
const text = 'x'.repeat(1000);
const onStdin = { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] };

const ask = async (child, command) => {
  child.stdin.write(`${command}\n`);
  const [answer] = await when(child.stdout, 'data');
  return answer;
};

async function start(fork) {
  const child = fork('hold-messages.cjs', onStdin);
  child.stdout.setEncoding('utf8');
  const [rss] = await when(child.stdout, 'data');
  return { child, before: Number(rss) };
}

both('everything that was sent before there was a listener arrives in order', async (t, { fork }) => {
  const { child } = await start(fork);
  for (let i = 0; i < 5000; i++) child.send({ i, text });
  child.send('end');
  await ask(child, 'rss');
  child.stdin.write('listen\n');
  t.is(await new Inbox(child).next(), 5000);
});

// Stock Node keeps reading: its child grows by everything that it is sent.
onlyForkwire.serial('a child without a listener stops reading, and send() says so', async (t, { fork }) => {
  const { child, before } = await start(fork);
  const total = 64_000;
  let settled = 0;
  let accepted = true;
  for (let i = 0; i < total; i++) accepted = child.send({ i, text }, () => settled++);
  t.false(accepted);

  await untilStuck(async () => {
    await ask(child, 'rss');
    return settled;
  });
  t.true(settled < total / 2, `${settled} were taken`);
  t.true(Number(await ask(child, 'rss')) - before < 32 * MiB);

  const inbox = new Inbox(child);
  const written = new Promise((resolve) => child.send('end', resolve));
  child.stdin.write('listen\n');
  t.is(await inbox.next(), total);
  await written; // with a background task, the answer may be reported first
  t.is(settled, total);
});

onlyForkwire.serial('a parent without a listener stops reading, and send() says so', async (t, { fork }) => {
  const before = process.memoryUsage.rss();
  const total = 64_000;
  const child = fork('flood.cjs', [String(total)], onStdin);
  child.stdout.setEncoding('utf8');
  const state = async () => JSON.parse(await ask(child, 'state'));
  await untilStuck(async () => (await state()).settled);
  const { settled, accepted } = await state();
  t.false(accepted);
  t.true(settled < total / 2, `${settled} were taken`);
  t.true(process.memoryUsage.rss() - before < 64 * MiB);

  const messages = await new Inbox(child).take(total);
  t.true(messages.every(({ i }, at) => i === at));
});

/** A receiver that kept reading would take everything within this many round trips. */
async function untilStuck(progress) {
  let seen = -1;
  for (let same = 0; same < 50;) {
    const now = await progress();
    same = now === seen ? same + 1 : 0;
    seen = now;
  }
}
