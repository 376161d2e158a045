import { onlyForkwire } from '../../helpers/cases.mjs';
import { when } from '../../helpers/child.mjs';
import { overNodeWire } from '../../helpers/node-wire.mjs';

// The messages of one read are parsed together. Texts that are malformed alone and well-formed in a row must not pass for
// messages.
const runs = {
  'a string that ends in the next text': { texts: ['"a', 'b",1'], messages: [] },
  'an object that goes on in the next text': { texts: ['{"x":1', '"y":2},{}'], messages: [] },
  'an array, made up for by a text of two values': { texts: ['[1', '2]', '3,4'], messages: [] },
  'brackets in strings that look like ends': { texts: ['["]",[1', '2],3]', '4,5'], messages: [] },
  'one malformed text between others': {
    texts: ['{"a":[1]}', '[', '"]"', '[]]', '2'],
    messages: [{ a: [1] }, ']', 2],
  },
};

const check = async (t, child, { texts, messages }) => {
  const received = [];
  const errors = [];
  child.on('message', (message) => received.push(message));
  child.on('error', ({ code }) => errors.push(code));
  while (received.length + errors.length < texts.length + 1) {
    await Promise.race([when(child, 'message'), new Promise((resolve) => child.once('error', resolve))]);
  }
  t.deepEqual(received, ['before', ...messages]);
  t.deepEqual(errors, Array(texts.length - messages.length).fill('ERR_FORKWIRE_MALFORMED'));
  t.true(child.connected);
  child.send('enough');
  await when(child, 'close');
};

for (const [name, run] of Object.entries(runs)) {
  const title = `each malformed text is an error of its own: ${name}`;
  const start = (fork, wire) => fork('write-texts.cjs', [JSON.stringify(run.texts), wire]);
  onlyForkwire(title, (t, { fork }) => check(t, start(fork, 'native'), run));
  overNodeWire(`${title}, on Node's wire`, (t, { fork }) => check(t, start(fork, 'node'), run));
}
