// Colours, where a person looks at a terminal that has them.

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, inverse: 7 } as const;

/** https://no-color.org */
export const coloured =
  process.stdout.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';

export function paint(how: keyof typeof CODES, text: string): string {
  return coloured ? `\x1b[${CODES[how]}m${text}\x1b[0m` : text;
}
