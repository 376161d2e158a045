// What the build changes in a bundle.
import { eager, hardened, pastLoader } from '../../scripts/lib/bundle-text.mjs';
import test from '../helpers/test.mjs';

const namespace = 'var all_exports={};__export(all_exports,{one:()=>one,two:()=>two2});';

/** What `() => all_exports` returns, in each place of a bundle. */
function passedOn(text) {
  const run = new Function('one', 'two2', `${hardened(text)};return given`);
  return run(1, 2).map((get) => get());
}

test('a module that is passed on becomes a plain object, in every place where it is', (t) => {
  const expected = Object.assign({ __proto__: null }, { one: 1, two: 2 });
  const text = `${namespace}var given=[()=>all_exports,() => all_exports];`;
  t.deepEqual(passedOn(text), [expected, expected]);
});

test('a module that is passed on and used by its name too ends the build', (t) => {
  const text = `${namespace}var given=[()=>all_exports];use(all_exports.one);`;
  t.throws(() => hardened(text), { message: /^a bundle uses all_exports in two ways/ });
});

test('the exports of a bundle are plain values, and show that it was an ES module', (t) => {
  const text = `${namespace}module.exports=__toCommonJS(all_exports);var one=1,two2=2;`;
  const module = { exports: {} };
  new Function('module', hardened(text))(module);
  t.deepEqual(Object.getOwnPropertyDescriptors(module.exports), {
    one: { value: 1, writable: true, enumerable: true, configurable: true },
    two: { value: 2, writable: true, enumerable: true, configurable: true },
    __esModule: { value: true, writable: false, enumerable: false, configurable: false },
  });
});

test('functions that a file calls while it runs are in parentheses, at its start', (t) => {
  const text =
    '"use strict";var one=two();function two(){return three({a:"}"})}function three(x){return x.a}';
  const made = eager(text, ['two', 'three']);
  t.true(made.startsWith('"use strict";var two=(function(){'));
  t.is(new Function(`${made};return one+two.name+three.name`)(), '}twothree');
});

test('a function that is to be compiled early and is not there ends the build', (t) => {
  t.throws(() => eager('"use strict";function one(){}', ['two']), {
    message: 'a bundle has no function two',
  });
});

test('a bundle takes built-in modules without the loader where the runtime has a way', (t) => {
  const text = pastLoader(
    '"use strict";return [require("node:fs"),require(\n"node:path"),require("./other.js")];',
  );
  const run = (process) => new Function('process', 'require', text)(process, (id) => `required ${id}`);
  const given = { getBuiltinModule: (id) => `given ${id}` };
  t.deepEqual(run(given), ['given node:fs', 'given node:path', 'required ./other.js']);
  t.deepEqual(run({}), ['required node:fs', 'required node:path', 'required ./other.js']);
});
