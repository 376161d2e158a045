// What compiled code that sends messages of one shape is, and knows.

/** Sends a message of one shape. Returns NOT_SENT for one of another shape, of which it has run nothing. */
export type Walk = (message: object) => number;

/** An object or an array in messages of a shape. */
export interface Node {
  /** Of an array, the indices. */
  readonly keys: readonly PropertyKey[];
  readonly isArray: boolean;
  /** By key. Undefined: a value. */
  readonly children: readonly (Node | undefined)[];
}

/** A shape while it is drawn: what is around its values, and the code that takes a message of that shape apart. */
export interface Outline {
  /** Of messages that have to arrive as a structured clone would. */
  readonly clone: boolean;
  /** The variables of its objects and arrays. */
  readonly objects: string[];
  readonly pieces: string[];
  kinds: string;
  code: string;
  /** Code for the values that have been read. */
  read: string;
  characters: number;
}
