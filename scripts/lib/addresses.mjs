// The addresses of promises: comments in the documentation that name the tests which hold a promise to its word.
//
//   <!-- tested: channel/exit/flush › messages with sockets arrive before process.exit() -->
//   <!-- tested: crates/proto/tests/hostile.rs › random_bytes_are_survived -->
//
// One comment may have several, a line each. A part of a title that differs from run to run is a `*`. Without a test there
// is a reason: <!-- not tested: ... -->.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const COMMENT = /<!-- (tested|not tested):([^]*?)-->/g;

/** @returns {{file: string, title: string}[]} every address of a page; of a reason, nothing */
export function addressesIn(text) {
  return [...text.matchAll(COMMENT)]
    .filter(([, kind]) => kind === 'tested')
    .flatMap(([, , lines]) => lines.trim().split('\n'))
    .map((line) => {
      const [file, ...title] = line.trim().split(' › ');
      return { file, title: title.join(' › ') };
    });
}

/** @returns {string[]} the headings of a page under which no promise has an address or a reason */
export function headingsWithout(text) {
  return text
    .split(/^(?=## )/m)
    .slice(1)
    .filter((section) => section.search(COMMENT) === -1)
    .map((section) => section.slice(3, section.indexOf('\n')));
}

/** @returns {string | undefined} what is wrong with an address */
export function faultOf({ file, title }) {
  const rust = file.endsWith('.rs');
  const path = join(root, rust ? file : join('__test__', `${file}.test.mjs`));
  if (!existsSync(path)) return `${file}: there is no such file of tests`;
  const text = readFileSync(path, 'utf8');
  const found = rust
    ? functionsIn(text).includes(title)
    : titlesIn(text).some((pattern) => pattern.test(title));
  return found ? undefined : `${file}: it has no test "${title}"`;
}

const functionsIn = (text) => [...text.matchAll(/\bfn (\w+)\s*[(<]/g)].map(([, name]) => name);

/** Each string of a test file, as a pattern: what a template puts in can be anything. */
function titlesIn(text) {
  const code = text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');
  const strings = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g;
  return [...code.matchAll(strings)].map(([, single, double, template]) => {
    const parts = (template ?? single ?? double)
      .replace(/\\(.)/g, '$1')
      .split(template ? /\$\{[^}]*\}/ : /$^/);
    return new RegExp(`^${parts.map((part) => escape(part)).join('.+')}$`);
  });
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
