import { onlyForkwire } from '../../helpers/cases.mjs';
import { when } from '../../helpers/child.mjs';
import { Inbox } from '../../helpers/inbox.mjs';

const KiB = 1024;
const advanced = { serialization: 'advanced' };

// V8 collects the whole heap for each 64 MiB of foreign memory, and scavenges for none of it.
for (const [size, count] of [
  [256 * KiB, 1200],
  [2048 * KiB, 150],
]) {
  onlyForkwire.serial(
    `Buffers of ${size / KiB} KiB that a program lets go of are collected by scavenges`,
    async (t, { fork }) => {
      const child = fork('count-collections.cjs', advanced);
      const inbox = new Inbox(child);
      for (let number = 1; number <= count; number++) {
        if (!child.send(Buffer.alloc(size, number))) await when(child, 'drain');
      }
      child.send('end');
      const report = await inbox.next();
      t.log(JSON.stringify(report));
      t.is(report.received, count);
      t.is(report.intact, count / 10, 'scavenges leave alone what the program keeps');
      t.true(report.minor >= 4);
    },
  );
}
