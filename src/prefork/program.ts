// What goes between a spare and its parent.

/** What a spare writes once it waits. Anything else is the reason why it does not. */
export const READY = 'ready';

/** What it gets then, as JSON. The descriptors are beside it, in the order of `numbers`. */
export interface Program {
  readonly modulePath: string;
  readonly args: readonly string[];
  /** Absent: as the spare was started. A parent in Rust knows no better. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly umask?: number | undefined;
  /** The number that each descriptor gets. One more may follow: the one whose other end the parent has as long as it lives. */
  readonly numbers: readonly number[];
  /** Present with that one: milliseconds between SIGTERM and SIGKILL once the parent is gone. */
  readonly graceMs?: number;
  /** The description of the channel that an ordinary child finds in its environment (Handoff). */
  readonly channel: object;
}
