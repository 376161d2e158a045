// The status that the functions of a channel return.

/** Bits of the status that sending and flushing return. */
export const FULL = 1;
export const PENDING = 2;
export const GATHERED = 4;
export const BROKEN = 8;
/** Of a response that nothing waits for. It was not sent, and does not count. */
export const LATE = 16;
/** Instead of a status: nothing was sent, because a string of the program looks like a placeholder. */
export const NOT_SENT = 32;
