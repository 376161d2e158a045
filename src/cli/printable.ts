/** Characters that a terminal obeys, or that reorder or hide what follows. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text of another program, with its control characters as escapes: a terminal would obey them. */
export function printable(text: string): string {
  return text.replace(CONTROLS, (character) => {
    const code = (character.codePointAt(0) as number).toString(16);
    return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, '0')}`;
  });
}
