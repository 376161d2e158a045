// A child that died: the callback gets the error, and without a callback the ChildProcess emits it.
import { once } from 'node:events';

export const title = 'Sending to a child that died';

const MESSAGES = 5_000;
const text = 'x'.repeat(1000);

export async function run(stage) {
  const child = stage.fork('busy.js');
  const closed = once(child, 'close');
  await once(child, 'message');

  // The child no longer reads, so most of this is unsent when it is killed.
  const settled = { nulls: 0, errors: 0 };
  for (let n = 0; n < MESSAGES; n++) {
    child.send({ n, text }, (error) => (error === null ? settled.nulls++ : settled.errors++));
  }
  child.kill('SIGKILL');
  await closed;
  stage.check(
    settled.errors > 0 && settled.nulls + settled.errors === MESSAGES,
    `killed in mid-flood: of ${MESSAGES} callbacks ${settled.nulls} got null, ${settled.errors} an error`,
  );

  let callbackError;
  const called = new Promise((resolve) => {
    const returned = child.send('anyone there?', (error) => resolve((callbackError = error)));
    stage.check(returned === false, `send() afterwards returned ${returned}`);
  });
  await called;
  stage.check(
    callbackError?.code === 'ERR_IPC_CHANNEL_CLOSED',
    `its callback got: ${describe(callbackError)}`,
  );

  const emitted = once(child, 'error', { signal: AbortSignal.timeout(5_000) });
  child.send('anyone at all?');
  const [error] = await emitted;
  stage.check(
    error?.code === 'ERR_IPC_CHANNEL_CLOSED',
    `without a callback, 'error' on the ChildProcess: ${describe(error)}`,
  );
}

const describe = (error) => `${error?.code ?? error}`;
