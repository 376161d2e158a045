// The public types of shared memory.

/** How a wait ended, as with `Atomics.wait()`. */
export type MemoryWaitOutcome = 'ok' | 'not-equal' | 'timed-out';

/** The options of {@link SharedMemory.waitAsync} and of the methods of {@link SharedRing} that wait. */
export interface MemoryWaitOptions {
  /** Milliseconds. No limit by default. */
  timeout?: number | undefined;
  /** Ends the wait. The promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Memory that several processes have mapped: what one of them writes, the others see. It is sent as a handle
 * (`child.send(message, memory)`), and with `serialization: 'advanced'` views of its buffer may be anywhere in a message.
 *
 * A process maps each memory once, however often it arrives, and unmaps it when nothing refers to its buffer any more. Its size
 * never changes. See docs/shared-memory.md for what a receiver may rely on.
 */
export interface SharedMemory {
  /**
   * The memory, as the same object each time.
   *
   * @throws {Error} ERR_FORKWIRE_NO_SHARED_MEMORY if this runtime cannot make one. Node can since 22.23, 24.22 and 26.12, and so
   * can Bun
   */
  readonly buffer: SharedArrayBuffer;
  /** Bytes. */
  readonly byteLength: number;
  /** Whether nobody can write it any more, in any process. What is written all the same is seen in this process only. */
  readonly frozen: boolean;
  /**
   * Ends writing for good, in all processes. Call it before the memory is sent, or after all others have let go of it.
   *
   * @throws {Error} ERR_FORKWIRE_MEMORY_SHARED while another process could write it
   * @throws {Error} ERR_FORKWIRE_MEMORY_CLOSED if this process has closed its descriptor
   * @throws {Error} ERR_FEATURE_UNAVAILABLE_ON_PLATFORM on systems other than Linux, which cannot seal memory against writing
   */
  freeze(): void;
  /**
   * Blocks this thread while the number at `index` of an `Int32Array` over the buffer is `expected`: until another process
   * notifies. Whoever notifies changes the number first.
   *
   * @param timeout milliseconds; no limit by default
   */
  wait(index: number, expected: number, timeout?: number): MemoryWaitOutcome;
  /** As {@link wait}, without blocking. It keeps the event loop alive. */
  waitAsync(index: number, expected: number, options?: MemoryWaitOptions): Promise<MemoryWaitOutcome>;
  /**
   * Wakes at most `count` waits for the number at `index`, in all processes. Returns how many the system woke: 0 on Windows and
   * macOS, where waits look at their numbers.
   *
   * @param count all by default
   */
  notify(index: number, count?: number): number;
}

/** The class of {@link SharedMemory}. */
export interface SharedMemoryConstructor {
  /** Not for programs: see {@link create}. */
  new (own: never, memory: never): SharedMemory;
  /** What memories inherit from. */
  readonly prototype: SharedMemory;
  /**
   * New memory, all zero. A page of it costs nothing until it is first touched.
   *
   * @param bytes its size, an integer of at least 1; Windows and macOS round it up to whole pages
   * @throws {Error} ERR_FORKWIRE_NO_SHARED_MEMORY on systems other than Linux, macOS and Windows; EMFILE, ENOMEM
   */
  create(bytes: number): SharedMemory;
  /**
   * The memory that a buffer belongs to: for one that came from another thread of this process.
   *
   * @throws {TypeError} ERR_INVALID_ARG_VALUE if the buffer is not one of shared memory
   */
  from(buffer: SharedArrayBuffer): SharedMemory;
}

/** The options of {@link SharedRingConstructor.create}. */
export interface SharedRingOptions {
  /** How many messages the ring holds: a power of two. */
  slots: number;
  /** The most bytes of one message. */
  bytes: number;
}

/**
 * A queue in shared memory, with one writer and one reader, which may be in different processes or threads, in Node or in Rust.
 * Its {@link memory} is what is sent to the other one. A writer waits while all slots are full, and a reader while all are
 * empty; otherwise a message costs no system call.
 */
export interface SharedRing {
  /** To be sent to the other end, which opens it with `SharedRing.open()`. */
  readonly memory: SharedMemory;
  /** How many messages it holds. */
  readonly slots: number;
  /** The most bytes of one message. */
  readonly slotBytes: number;
  /** The writing end. It goes on where the last one ended. A ring has one writer at a time. */
  writer(): RingWriter;
  /** The reading end. It goes on where the last one ended. A ring has one reader at a time. */
  reader(): RingReader;
}

/**
 * The writing end of a {@link SharedRing}. Its methods throw ERR_FORKWIRE_RING_CLOSED once either end has closed, and
 * ERR_FORKWIRE_RING_MALFORMED if the memory contradicts itself. A process that was killed closes nothing: pass a `signal` that
 * is aborted when its channel disconnects.
 */
export interface RingWriter {
  /** Copies a message into the next slot, when one is free. Rejects with ERR_FORKWIRE_RING_TIMEOUT after `timeout`. */
  write(bytes: ArrayBufferView | ArrayBufferLike, options?: MemoryWaitOptions): Promise<void>;
  /** Copies a message into the next slot. Returns false if none is free. */
  tryWrite(bytes: ArrayBufferView | ArrayBufferLike): boolean;
  /** The next slot, when one is free: write into it, and call {@link commit}. Nothing is copied then. */
  reserve(options?: MemoryWaitOptions): Promise<Uint8Array>;
  /** The next slot. Undefined if none is free. */
  tryReserve(): Uint8Array | undefined;
  /** Hands the first `length` bytes of the reserved slot to the reader. */
  commit(length: number): void;
  /** Says that nothing follows. The reader gets what is in the slots; a `write()` that still waits for a slot is rejected. */
  close(): void;
}

/** The reading end of a {@link SharedRing}. Its methods throw ERR_FORKWIRE_RING_MALFORMED if the memory contradicts itself. */
export interface RingReader extends AsyncIterable<Uint8Array> {
  /**
   * The next message, when there is one; undefined once the writer has closed and everything was read. It lies in the ring: use or
   * copy it before the next call. Rejects with ERR_FORKWIRE_RING_TIMEOUT after `timeout`.
   */
  read(options?: MemoryWaitOptions): Promise<Uint8Array | undefined>;
  /** The next message. Undefined if there is none now. */
  tryRead(): Uint8Array | undefined;
  /** Gives the slot of the last message back to the writer, before the next one is read. */
  release(): void;
  /** Says that nothing more is read. */
  close(): void;
}

/** The class of {@link SharedRing}. */
export interface SharedRingConstructor {
  /** Not for programs: see {@link create}. */
  new (own: never, ring: never): SharedRing;
  /** What rings inherit from. */
  readonly prototype: SharedRing;
  /**
   * A ring in new memory.
   *
   * @throws what `SharedMemory.create()` throws, and ERR_INVALID_ARG_VALUE for a number of slots that is not a power of two
   */
  create(options: SharedRingOptions): SharedRing;
  /**
   * The ring that another process has made.
   *
   * @throws {Error} ERR_FORKWIRE_RING_MALFORMED if the memory is not that of a ring
   */
  open(memory: SharedMemory): SharedRing;
}
