/** What takes messages one at a time, as long as something does: src/promises/takers.ts. */
export interface Takers {
  /** Whether the next message has somewhere to go. `heard`: 'message' has a listener. */
  accepts(heard: boolean): boolean;
  /** Offers a message, which is emitted if `heard`. Returns false if it is only kept. */
  offer(message: unknown, handle: unknown, heard: boolean): boolean;
  /** 'message' has a listener: what was kept without being emitted is emitted. */
  emitKept(): void;
  /** No more messages come. */
  end(): void;
}
