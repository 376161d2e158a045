import { createHash } from 'node:crypto';
import { both, onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { outcome } from '../helpers/outcome.mjs';
import patterned from '../helpers/patterned.cjs';

const MiB = 1 << 20;
const digest = (content) => createHash('sha1').update(content).digest('hex');

// Around the sizes of reads and buffers, and where length prefixes change.
const edges = [0, 1, 2, 127, 128, 255, 256, 16_383, 16_384, 65_535, 65_536, 65_537, 131_072, 262_145, MiB];

for (const [serialization, make, type] of [
  ['json', patterned.text, 'String'],
  ['advanced', patterned.text, 'String'],
  ['advanced', patterned.bytes, 'Buffer'],
]) {
  const what = `${serialization}, ${type}`;

  both.serial(`carries sizes from 0 to 1 MiB to the child, ${what}`, async (t, { share }) => {
    const child = share('digest.cjs', { serialization });
    const inbox = new Inbox(child);
    const contents = edges.map((size) => make(size, size + 1));
    for (const content of contents) child.send(content);
    t.deepEqual(
      await inbox.take(edges.length),
      contents.map((content) => ({ type, length: content.length, digest: digest(content) })),
    );
  });

  both.serial(`carries sizes from 0 to 1 MiB from the child, ${what}`, async (t, { fork }) => {
    const kind = make === patterned.bytes ? 'bytes' : 'text';
    const child = fork('send-large.cjs', [kind, ...edges.map(String)], { serialization });
    const messages = await new Inbox(child).take(edges.length);
    t.deepEqual(
      messages.map((message) => digest(message)),
      edges.map((size) => digest(make(size, size))),
    );
  });

  both.serial(`carries 64 MiB to the child and back, ${what}`, async (t, { share }) => {
    const child = share('echo.cjs', { serialization });
    const inbox = new Inbox(child);
    const content = make(64 * MiB);
    child.send(content);
    child.send('after it');
    const back = await inbox.next();
    t.is(back.constructor.name, type);
    t.is(back.length, content.length);
    t.is(digest(back), digest(content));
    t.is(await inbox.next(), 'after it');
  });
}

both.serial('characters of several bytes survive wherever a read ends', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  const texts = [1, 2, 3, 4, 5].map((n) => 'x'.repeat(n) + '日本𝒳é'.repeat(40_000));
  for (const text of texts) child.send(text);
  const back = await inbox.take(texts.length);
  t.true(back.every((text, i) => text === texts[i]));
});

both.serial('small and large messages keep their order', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  const messages = Array.from({ length: 400 }, (_, i) => ({
    i,
    text: patterned.text(i % 50 === 7 ? 300_000 : i * 5, i + 1),
  }));
  for (const message of messages) child.send(message);
  const back = await inbox.take(messages.length);
  t.true(back.every(({ i, text }, at) => i === at && text === messages[at].text));
});

onlyForkwire('maxMessageSize bounds what is sent, in both modes and both directions', async (t, { fork }) => {
  for (const serialization of ['json', 'advanced']) {
    const child = fork('report-refused-sizes.cjs', { serialization, maxMessageSize: 100_000 });
    const inbox = new Inbox(child);
    const tooLarge = outcome(() => child.send('x'.repeat(100_001)));
    t.is(tooLarge.code, 'ERR_FORKWIRE_MESSAGE_TOO_LARGE');
    t.true(child.send('x'.repeat(99_000)));
    t.deepEqual(await inbox.take(2), ['ERR_FORKWIRE_MESSAGE_TOO_LARGE', 99_000]);
    t.true(child.connected);
  }
});
