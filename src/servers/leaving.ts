// The sockets that handOver() is moving, or has moved.
import { SafeWeakMap } from '../platform/primordials.js';

export const leaving = new SafeWeakMap<object, true>();
