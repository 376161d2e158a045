// V8 has room for a megabyte of new objects, and collects them when it is full. During the start of a child, that would take longer than all
// else that forkwire does there.
import { onlyForkwire } from '../helpers/cases.mjs';
import { forker } from '../helpers/child.mjs';
import { stock } from '../helpers/implementations.mjs';
import { Inbox } from '../helpers/inbox.mjs';

/** Without half of the file in two parts as a string, and without a copy of it. Bytes. */
const LIMIT = 300_000;

const onLinux = process.platform === 'linux' ? onlyForkwire : onlyForkwire.serial.skip;

/** The bytes of new objects that a child finds at its start. The second counts: the first gets its compiled code in another way. */
async function newObjects(fork) {
  await new Inbox(fork('report-new-space.cjs')).next();
  const { bytes } = await new Inbox(fork('report-new-space.cjs')).next();
  return bytes;
}

onLinux('a child starts with little more new objects than on the built-in channel', async (t, { fork }) => {
  const more = (await newObjects(fork)) - (await newObjects(forker(t, stock)));
  t.true(more < LIMIT, `${more} bytes`);
});
