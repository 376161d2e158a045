// The addresses of promises: comments in the documentation that name, for each sentence of a section, the tests which hold
// it to its word. A sentence is given by its beginning, and more than one may share their tests.
//
//   <!-- tested:
//   A callback is called once
//   Every send has either
//     channel/exit/flush › messages with sockets arrive before process.exit()
//     crates/proto/tests/hostile.rs › random_bytes_are_survived
//   -->
//
// A part of a title that differs from run to run is a `*`. `<!-- not tested: ... -->` gives sentences, each with the reason
// after ` › `. `<!-- explains: ... -->` lists the sentences that promise and forbid nothing.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { plain, sectionsOf, sentencesOf } from './sentences.mjs';

const COMMENT = /<!-- (tested|not tested|explains):([^]*?)-->/g;

/**
 * @typedef {object} Claim
 * @property {'tested' | 'not tested' | 'explains'} kind
 * @property {string} beginning of a sentence
 * @property {{file: string, title: string}[]} addresses
 */

/** @returns {Claim[]} what the comments of a section say about its sentences */
export function claimsIn(section) {
  return [...section.matchAll(COMMENT)].flatMap(([, kind, lines]) => {
    const claims = [];
    let shared = [];
    for (const line of lines.split('\n').filter((each) => each.trim() !== '')) {
      const [first, ...rest] = line.trim().split(' › ');
      if (kind === 'tested' && rest.length > 0) shared.push({ file: first, title: rest.join(' › ') });
      else {
        if (shared.length > 0) shared = [];
        claims.push({ kind, beginning: plain(first), addresses: shared });
      }
    }
    return claims;
  });
}

/** @returns {string[]} what is wrong with the comments of a page */
export function faultsOf(page) {
  return sectionsOf(page).flatMap(({ heading, text }) => {
    const sentences = sentencesOf(text);
    const claims = claimsIn(text);
    const isAbout = (claim) => (sentence) => sentence.startsWith(claim.beginning);
    const faults = [
      ...claims.filter((claim) => sentences.filter(isAbout(claim)).length !== 1).map(notOne),
      ...claims.filter(({ kind, addresses }) => kind === 'tested' && addresses.length === 0).map(noTest),
      ...claims.flatMap(({ addresses }) => addresses).map(faultOf),
      ...sentences
        .filter((sentence) => !claims.some((claim) => isAbout(claim)(sentence)))
        .map((sentence) => `no comment names the tests of "${sentence.slice(0, 70)}"`),
    ];
    return [...new Set(faults.filter(Boolean))].map((fault) => `"${heading}": ${fault}`);
  });
}

const notOne = ({ beginning }) => `not exactly one sentence begins with "${beginning}"`;
const noTest = ({ beginning }) => `no test is named under "${beginning}"`;

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
