// dgram.Socket: shared, so that both processes receive.
import type { Family } from '../addon/native.js';
import { openUdp } from './wraps.js';
import type Dgram = require('node:dgram');

/** Takes over `fd`, and closes it on failure. @throws what dgram.createSocket and bind throw */
export function adoptDgram(family: Family, fd: number): Dgram.Socket {
  const { createSocket } = require('node:dgram') as typeof Dgram;
  const wrap = openUdp(family, fd);
  try {
    const socket = createSocket(family as Dgram.SocketType);
    // A wrap rather than a descriptor number, so that a cluster worker does not ask its primary for another socket.
    return socket.bind(wrap as Dgram.BindOptions);
  } catch (error) {
    wrap.close();
    throw error;
  }
}
