// The numbers before host objects in a clone. Those from 3 on are in shared-views.ts and moved-buffers.ts.

/** The number before a host object. */
export const VIEW = 0;
export const OTHER = 1;
/** Between two forkwire ends only: a view that lies after the clone. */
export const BEHIND = 2;
