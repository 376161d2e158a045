import test from '../helpers/test.mjs';
import { readdirSync } from 'node:fs';
import { stockOnly } from '../helpers/implementations.mjs';
import { programs } from './list.mjs';
import { runProgram } from './run.mjs';

// docs/reliability.md shows what stock Node, Bun and Deno do with the same programs.
for (const { file, promise, wires } of programs) {
  const title = promise.replaceAll('`', '');
  for (const implementation of wires) {
    (stockOnly ? test.skip : test)(`${implementation}: ${title}`, async (t) => {
      const { kept, saw } = await runProgram(file, { implementation });
      t.true(kept, saw);
    });
  }
}

test('every program is in the list', (t) => {
  const files = readdirSync(new URL('programs/', import.meta.url));
  t.deepEqual(files.sort(), programs.map(({ file }) => `${file}.cjs`).sort());
});
