// A program can make V8's way to create compiled code useless. Its children have to start all the same.
import { Script } from 'node:vm';
import { onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';

Script.prototype.createCachedData = () => {
  throw new Error('replaced');
};

onlyForkwire.serial('children start where no compiled code can be created', async (t, { fork }) => {
  for (let i = 0; i < 3; i++) {
    const child = fork('echo.cjs');
    child.send({ i });
    t.deepEqual(await new Inbox(child).next(), { i });
    t.is(child.wire, 'native');
  }
});

onlyForkwire.serial('a first child that does not start reports that', async (t, { fork }) => {
  const child = fork('echo.cjs', { cwd: '/does/not/exist' });
  const error = await new Promise((resolve) => child.once('error', resolve));
  t.is(error.code, 'ENOENT');
});
