// net.Server: shared, so that both processes accept.
import type { Family } from '../addon/native.js';
import { runtime } from '../platform/runtime.js';
import { acceptSingly } from './numbers.js';
import { openStream } from './wraps.js';
import type { StreamWrap } from './wraps.js';
import type Net = require('node:net');

interface ServerInsides {
  _handle: StreamWrap | null;
  /** Listens on the handle that the server has (lib/net.js, setupListenHandle). */
  _listen2(address: null, port: null, addressType: null): void;
}

/**
 * Takes over `fd`. `done` gets the server once it listens, or the error.
 *
 * The descriptor always has exactly one owner. It belongs to a wrap, and the wrap to the server, which closes it if it
 * cannot listen. Nobody else may close that number later: by then it may be another file.
 * @throws an errno exception, before `done` is called
 */
export function adoptServer(
  family: Family,
  fd: number,
  done: (error: Error | undefined, server?: Net.Server) => void,
): void {
  const { Server } = require('node:net') as typeof Net;
  const server = new Server();
  const fail = (error: Error): void => {
    if ((server as object as ServerInsides)._handle) server.close();
    done(error);
  };
  const listening = (): void => {
    server.off('error', fail);
    done(undefined, server);
  };
  server.once('error', fail);
  server.once('listening', listening);
  listenOn(server, family, fd);
}

/** Takes over `fd`: the server listens on it soon, or emits an error. @throws an errno exception */
export function listenOn(server: Net.Server, family: Family, fd: number): void {
  // Bun and Deno take a descriptor instead of a wrap.
  if (runtime === 'Node') listen(server, family, openStream(family, fd));
  else server.listen({ fd });
}

function listen(server: Net.Server, family: Family, wrap: StreamWrap): void {
  acceptSingly(wrap);
  const insides = server as object as ServerInsides;
  if (family === 'tcp') {
    try {
      server.listen(wrap);
    } catch (error) {
      if (insides._handle !== wrap) wrap.close();
      throw error;
    }
    return;
  }
  // Given the wrap of a pipe, listen() would make a second wrap for its descriptor.
  insides._handle = wrap;
  insides._listen2(null, null, null);
}
