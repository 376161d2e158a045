import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { stockOnly } from '../helpers/implementations.mjs';

const run = promisify(execFile);
const forkwireTest = stockOnly ? test.skip : test;
const example = (name) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

const says = {
  message: ["PARENT got message: { foo: 'bar', baz: null }", "CHILD got message: { hello: 'world' }"],
  server: ['handled by child', 'handled by parent'],
  socket: [
    '127.0.0.1: Request handled with normal priority',
    '127.0.0.2: Request handled with special priority',
  ],
  dgram: ['handled by child', 'handled by parent'],
  backpressure: ['child counted 20000 messages'],
};

for (const [name, lines] of Object.entries(says)) {
  forkwireTest(`the example "${name}" does what the page says`, async (t) => {
    const { stdout } = await run(process.execPath, [example(`${name}/parent.js`), '0']);
    for (const line of lines) t.true(stdout.includes(line), stdout);
  });
}

const stripsTypes = process.features.typescript === 'strip' || process.features.typescript === 'transform';

(stripsTypes ? forkwireTest : test.skip)('the example in TypeScript runs', async (t) => {
  const { stdout } = await run(process.execPath, [example('typescript/parent.mts')]);
  t.regex(stdout, /^total 7$/m);
});

forkwireTest('every case of the demo does what it says', async (t) => {
  const { stdout } = await run(process.execPath, [example('demo/index.mjs')]);
  t.true(stdout.length > 0);
});
