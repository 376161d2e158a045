// What the addon has for shared memory.

/** How a wait ended. */
export type WaitOutcome = 'ok' | 'not-equal' | 'timed-out';

/** Memory that this process has mapped. */
export interface NativeMemory {
  readonly byteLength: number;
  /** No other memory of this process has the same while this one is reachable. */
  readonly address: number;
  readonly frozen: boolean;
  /** Stays the memory's. -1: it is closed, as this process has received too many. */
  readonly fd: number;
  /** A new one with each call. Null: this runtime cannot make one. */
  buffer(): SharedArrayBuffer | null;
  /** @throws EBUSY, ENOENT */
  freeze(): void;
  wait(index: number, expected: number, timeout: number | undefined): WaitOutcome;
  /** Waits a moment, if that has paid before. True: the number is another one. */
  hasChanged(index: number, expected: number): boolean;
  isEqual(index: number, expected: number): boolean;
  notify(index: number, count: number): number;
}

/** The waits of this thread that do not block it. */
export interface NativeWaits {
  start(memory: NativeMemory, id: number, index: number, expected: number, timeout: number | undefined): void;
  cancel(id: number): void;
  /** Whether the waits keep the event loop alive. */
  hold(on: boolean): void;
}

/** The part of the addon that concerns shared memory. */
export interface MemoryAddon {
  Memory: {
    /** @throws ERR_FORKWIRE_NO_SHARED_MEMORY, an errno error */
    create(bytes: number): NativeMemory;
    /** Takes over `fd`. @throws EINVAL, an errno error */
    open(fd: number): NativeMemory;
    at(view: Uint8Array): NativeMemory | null;
  };
  Waits: new (onOutcome: (id: number, outcome: WaitOutcome) => void) => NativeWaits;
}
