// Whether the program at the other end of a channel on Node's wire has forkwire too. It says so in an internal message, which a
// stock end ignores. docs/protocol.md describes it.

/** The message's `cmd`. */
export const HELLO = 'NODE_FORKWIRE_HELLO';

export class Announcement {
  /** The other end has requests. */
  made = false;
  /** Internal messages that came. */
  internal = 0;

  /** An internal message has come. Returns whether it is the announcement. */
  hear(message: { cmd?: unknown }): boolean {
    this.internal += 1;
    if (message.cmd !== HELLO) return false;
    this.made = true;
    return true;
  }
}
