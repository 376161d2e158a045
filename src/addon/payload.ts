// What the addon delivers of one message.

/** Json: the text with placeholders, the text of an array with the path of each long string, and these strings. */
export type LiftedText = readonly [text: string, paths: string, ...strings: string[]];

/** A text, the bytes of a structured clone, or a text without its long strings, according to its format. */
export type Payload = string | Buffer | LiftedText;
