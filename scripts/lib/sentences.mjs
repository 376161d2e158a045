// The sentences of a page, without markup: what a list, a paragraph or the row of a table says.

const GENERATED = /<!-- (\w+): begin -->[^]*?<!-- \1: end -->/g;
const COMMENT = /<!--[^]*?-->/g;
const CODE = /^ *```[^]*?^ *```$/gm;
/** A blank line, or the beginning of a list's item or of a table's row. */
const BETWEEN_BLOCKS = /\n\s*\n|\n(?= *(?:[-*]|\d+\.) )|\n(?=\|)/;
const BETWEEN_SENTENCES = /(?<=[.!?]["')]?) (?=["'(]?[A-Z0-9`])/;
const RULE_OF_TABLE = /^\|[\s:|-]+\|$/;

/** @returns {{heading: string, text: string}[]} */
export function sectionsOf(page) {
  return page
    .replace(GENERATED, '')
    .split(/^(?=#{1,6} )/m)
    .map((section) => {
      const [first, ...rest] = section.split('\n');
      return { heading: first.replace(/^#+ /, ''), text: rest.join('\n') };
    });
}

/** @returns {string[]} in the order of the page; a row of a table is one sentence */
export function sentencesOf(text) {
  const sentences = [];
  for (const block of text.replace(COMMENT, '\n\n').replace(CODE, '\n\n').split(BETWEEN_BLOCKS)) {
    const words = block.trim();
    if (RULE_OF_TABLE.test(words))
      sentences.pop(); // the head of the table
    else if (words.startsWith('|')) sentences.push(plain(words));
    else if (words !== '') sentences.push(...plainSentences(words.replace(/^(?:[-*]|\d+\.) /, '')));
  }
  return sentences;
}

const plainSentences = (words) => unmarked(words).split(BETWEEN_SENTENCES).map(plain);

/** Without emphasis and the targets of links, on one line. */
const unmarked = (text) =>
  text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*|(?<![\w`])_(?=\w)|(?<=\w)_(?![\w`])/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** The same, and without the marks of code. */
export const plain = (text) => unmarked(text).replaceAll('`', '');
