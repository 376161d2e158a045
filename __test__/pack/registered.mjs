// A program that does not mention forkwire, started with `--import forkwire/register`.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';

const child = fork(new URL('./child.mjs', import.meta.url));
assert.equal(child.wire, 'native');
child.send('register');
assert.deepEqual(await once(child, 'message'), [{ got: 'register' }, undefined]);
