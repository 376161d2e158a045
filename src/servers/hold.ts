// Keeps a socket from reading, so that what arrives stays in the kernel, for the process that gets it.
import type Net = require('node:net');
import type { Socket, Wrap } from './insides.js';

/** Returns what lets it read again. */
export function hold(socket: Socket): () => void {
  const { _handle: wrap } = socket;
  const flowing = socket.readableFlowing === true;
  socket.pause();
  // A server of node:http resumes its sockets whenever one can be written to again.
  socket.resume = () => socket as never;
  const release = wrap === null ? undefined : holdWrap(wrap);
  return () => {
    delete socket.resume;
    if (socket._handle === wrap) release?.();
    if (flowing) (socket as unknown as Net.Socket).resume();
  };
}

function holdWrap(wrap: Wrap): (() => void) | undefined {
  if (wrap.readStop === undefined) {
    wrap.pause?.();
    return () => wrap.resume?.();
  }
  let wanted = wrap.reading === true;
  wrap.reading = false;
  wrap.readStop();
  // Streams begin to read on a later tick, which may have been scheduled before.
  wrap.readStart = () => {
    wanted = true;
    return 0;
  };
  return () => {
    delete wrap.readStart;
    if (!wanted) return;
    wrap.reading = true;
    (wrap as Required<Wrap>).readStart();
  };
}
