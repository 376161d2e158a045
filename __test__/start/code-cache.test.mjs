// The compiled code that goes ahead to a child.
import { randomBytes } from 'node:crypto';
import { Script } from 'node:vm';
import { onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';

const { prototype } = Script;
const { createCachedData } = prototype;

const onLinux = process.platform === 'linux' ? onlyForkwire.serial : onlyForkwire.serial.skip;

/** What the children of this process are given, which it creates twice: the first test counts. */
let created = 0;
let replaced;
prototype.createCachedData = function () {
  created += 1;
  const code = ReflectApply(createCachedData, this, []);
  return (replaced = randomBytes(code.byteLength));
};

const { apply: ReflectApply } = Reflect;

async function answers(t, child) {
  const inbox = new Inbox(child);
  const big = 'x'.repeat(300_000);
  for (const message of [1, { two: 2 }, big]) {
    child.send(message);
    t.deepEqual(await inbox.next(), message);
  }
  t.is(child.channel.stats().received.messages, 3);
}

onLinux('compiled code that does not fit is passed over, and nothing is lost', async (t, { fork }) => {
  for (let i = 0; i < 3; i++) await answers(t, fork('echo.cjs'));
  t.is(created, 2, 'once for the first child, and once for all others');
  t.true(replaced.byteLength > 10_000);
  t.true(replaced.byteLength < 130_000, 'without the code for handles, structured clone and traces');
});

onLinux('many children start at once', async (t, { fork }) => {
  const children = Array.from({ length: 4 }, () => fork('echo.cjs'));
  await Promise.all(children.map((child) => answers(t, child)));
});
