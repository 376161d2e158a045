// subprocess.send() and process.send(), and what the serialization leaves of a message.
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';

export const title = 'Messages both ways';

export async function run(stage) {
  const child = stage.fork('messages.js', [], { silent: true });
  const printed = text(child.stdout);
  const closed = once(child, 'close');

  child.send({ hello: 'world' });
  child.send({ cmd: 'NODE_foo' });
  const [message] = await once(child, 'message');
  stage.check(
    isDeepStrictEqual(message, { foo: 'bar', baz: null }),
    `the child sent { foo: 'bar', baz: NaN }, the parent got ${show(message)}: JSON has no NaN`,
  );

  child.disconnect();
  const [code] = await closed;
  const lines = (await printed).split('\n');

  stage.check(lines.includes("CHILD got message: { hello: 'world' }"), `the child printed: ${lines[0]}`);
  stage.check(
    lines.includes("CHILD got internalMessage: { cmd: 'NODE_foo' }") && lines.length === 3,
    "{ cmd: 'NODE_foo' } came as 'internalMessage', not as 'message'",
  );
  stage.check(code === 0, `after disconnect() the child ended by itself with code ${code}`);
}

const show = (message) => JSON.stringify(message);
