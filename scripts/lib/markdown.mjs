// The code blocks, headings and links of the documentation.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { root } from './paths.mjs';

const FENCE = /^( {0,3})(`{3,})\s*(\S*)\s*(.*)$/;
const NAME = /^\/\/ ([\w-]+\.[cm]?[jt]s)\b/;
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

/** README.md and every page of docs/, as paths from the top of the checkout. */
export const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (page) => page.endsWith('.md'),
);

export const readPage = (page) => readFileSync(join(root, page), 'utf8');

/**
 * A page as the lines of its prose, and its code blocks: `{ line, language, info, code }`, `line` being that of the
 * opening fence, from 1.
 */
export function parse(text) {
  const prose = [];
  const blocks = [];
  let open;
  for (const [index, line] of text.split('\n').entries()) {
    const [, , fence, language, info] = FENCE.exec(line) ?? [];
    if (open !== undefined && fence?.length >= open.fence.length && language === '') open = undefined;
    else if (open !== undefined) open.block.code += `${line}\n`;
    else if (fence === undefined) prose.push(line);
    else {
      open = { fence, block: { line: index + 1, language, info, code: '' } };
      blocks.push(open.block);
    }
  }
  return { prose, blocks };
}

/** The files of a block: each begins with a comment that is its name. One without a name has that of the language. */
export function filesOf({ language, code }) {
  const files = [];
  for (const line of code.split('\n')) {
    const name = NAME.exec(line)?.[1];
    if (name !== undefined || files.length === 0) {
      files.push({ name: name ?? `main.${language === 'ts' ? 'mts' : language}`, text: '' });
    }
    files.at(-1).text += `${line}\n`;
  }
  return files;
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchors(text) {
  const seen = new Map();
  return parse(text)
    .prose.filter((line) => /^#{1,6} /.test(line))
    .map((line) => {
      const words = line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-');
      const times = seen.get(words) ?? 0;
      seen.set(words, times + 1);
      return times === 0 ? words : `${words}-${times}`;
    });
}

/** The links of a page that stay in the checkout: `{ target, path, anchor }`, `path` from its top. */
export function localLinks(page) {
  const text = parse(readPage(page))
    .prose.join('\n')
    .replace(/`[^`\n]*`/g, '');
  return [...text.matchAll(LINK)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file, anchor = ''] = target.split('#');
      const path = file === '' ? page : relative(root, resolve(root, dirname(page), file));
      return { target, path, anchor };
    });
}
