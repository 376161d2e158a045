import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from '../helpers/test.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));
const textOf = (path) => readFileSync(`${here}/../${path}`, 'utf8');

/** What a module exports by name, be it a type or a value. */
function exportsOf(source) {
  const listed = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names]) =>
    names.split(','),
  );
  const declared = [...source.matchAll(/^export (?:const|function|interface|type|class) (\w+)/gm)];
  return [...listed.map((name) => name.trim()).filter(Boolean), ...declared.map(([, name]) => name)];
}

const tests = readdirSync(`${here}/types`)
  .map((name) => textOf(`__test__/types/${name}`))
  .join('\n');

for (const module of ['index', 'child', 'nats']) {
  test(`everything that ${module}.ts exports is in a type test`, (t) => {
    const names = exportsOf(textOf(`src/${module}.ts`));
    t.true(names.length > 10);
    t.deepEqual(
      names.filter((name) => !new RegExp(`\\b${name}\\b`).test(tests)),
      [],
    );
  });
}
