import { onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';

// V8 refuses compiled code that was made under other flags.
for (const flag of ['--no-opt', '--jitless', '--no-lazy', '--stress-lazy-source-positions']) {
  onlyForkwire(`children with ${flag} start as those without do`, async (t, { fork }) => {
    for (const execArgv of [[], [flag], []]) {
      const child = fork('echo.cjs', { execArgv });
      const inbox = new Inbox(child);
      child.send({ flag });
      t.deepEqual(await inbox.next(), { flag });
      t.is(child.channel.stats().received.messages, 1);
    }
  });
}
