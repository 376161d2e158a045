// What a runtime or a system cannot do is no failure of the channel: its place in the tables stays blank.

/** Thrown by a case; the message is the reason that is shown. */
export class Unsupported extends Error {}
