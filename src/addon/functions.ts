// The part of a channel of the addon that every message goes through.

/** What is called once per message, made for one channel. Calling them is cheaper than calling methods of a class. */
export interface NativeFunctions {
  readonly sendText: (text: string) => number;
  /** The same, for less, with a text of up to 256 UTF-16 units. A longer one is sent too. */
  readonly sendShort: (text: string) => number;
  /** A message that is one string. */
  readonly sendString: (text: string) => number;
  /** Json with a placeholder for each of the strings. Returns NOT_SENT if it has others as well. */
  readonly sendLifted: (text: string, strings: readonly string[]) => number;
  /**
   * Says what is around the values of messages. Returns NOT_SENT if the addon does not take it.
   *
   * @param place from 0 to 15
   * @param kinds a letter for each value, at most 24: `s`, `n`, or `o` for anything else. It says what is tried first.
   */
  readonly defineOutline: (place: number, pieces: readonly string[], kinds: string) => number;
  /** A message of such values, each a string, a number, a boolean or null. */
  readonly sendValues: (place: number, ...values: unknown[]) => number;
  readonly sendInternal: (text: string) => number;
  /** A text with one handle. Takes over its descriptor, even if it throws. @throws an errno error */
  readonly sendHandle: (text: string, kind: number, fd: number, note: string, internal: boolean) => number;
  /** The elements of a json array are messages. Native wire only. */
  readonly sendSeveral: (text: string, count: number) => number;
  readonly sendBytes: (bytes: Uint8Array, internal: boolean) => number;
  readonly sendParts: (parts: Uint8Array[], internal: boolean) => number;
  readonly flush: () => number;
  readonly setFlowing: (on: boolean) => void;
}
