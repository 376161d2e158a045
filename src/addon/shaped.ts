/**
 * What comes with the values of messages of known shapes.
 *
 * `shapes` is a json array: for each shape a message of it, with `0` for each value, or `1` if that is one of the strings. `kinds` has a
 * digit for each message: its shape, from 1 on, or 0 if it is a value by itself. Without it, all have the only shape.
 */
export type Parts = [shapes: string, kinds: string | undefined, ...strings: string[]];

/** Here, and not beside what reads the messages: that is compiled late, and this is asked for each message. */
export function isShaped(parts: Parts | []): parts is Parts {
  return parts.length !== 0;
}
