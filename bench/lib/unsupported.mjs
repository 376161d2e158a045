// What a runtime or system does not support is not a failure of the channel: its place in the tables stays blank.

/** Thrown by a case; the message is the reason that is shown. */
export class Unsupported extends Error {}
