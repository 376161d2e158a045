// One end of a socket pair that no channel uses yet, or any more.
import { native } from '../addon/native.js';
import type { Suspended } from '../addon/native.js';
import { FinalizationRegistry } from '../platform/primordials.js';

/** Descriptors whose owner was collected. */
const forgotten = new FinalizationRegistry<number>((fd) => native().closeFd(fd));

export class End {
  readonly state: Uint8Array | undefined;
  #fd: number;

  /** Owns the descriptor, and closes it if the end is collected. */
  constructor({ fd, state }: Suspended) {
    this.#fd = fd;
    this.state = state;
    forgotten.register(this, fd, this);
  }

  /** @throws EMFILE, ENFILE */
  static pair(): [End, End] {
    const [one, other] = native().createPair();
    return [new End({ fd: one }), new End({ fd: other })];
  }

  /** The descriptor, which stays the end's. */
  get fd(): number {
    return this.#fd;
  }

  /** Gives the descriptor away. */
  take(): Suspended {
    const { state } = this;
    const fd = this.#fd;
    this.#fd = -1;
    forgotten.unregister(this);
    return state === undefined ? { fd } : { fd, state };
  }

  close(): void {
    if (this.#fd >= 0) native().closeFd(this.take().fd);
  }
}
