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
