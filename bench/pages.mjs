// The tables in docs/, each between two comments with its name.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The path of a file of docs/. */
export const pageOf = (page = 'performance.md') => fileURLToPath(new URL(`../docs/${page}`, import.meta.url));

/** Replaces the table that is called `place`. Returns the path. Throws if the page has no such place. */
export function putTable(page, place, table) {
  const path = pageOf(page);
  const text = readFileSync(path, 'utf8');
  const [begin, end] = [`<!-- ${place}: begin -->`, `<!-- ${place}: end -->`];
  if (!text.includes(begin) || !text.includes(end)) throw new Error(`${path} has no ${begin}`);
  const before = text.slice(0, text.indexOf(begin) + begin.length);
  const after = text.slice(text.indexOf(end));
  // If columns were as wide as their widest cell, each new figure could change all lines.
  const ignored = ['<!-- prettier-ignore-start -->', table, '<!-- prettier-ignore-end -->'].join('\n\n');
  writeFileSync(path, `${before}\n${ignored}\n${after}`);
  return path;
}
