// net.Server: shared, both processes accept.
import type { Family } from '../addon/native.js';
import { native } from '../addon/native.js';
import { runtime } from '../platform/runtime.js';
import { acceptSingly } from './numbers.js';
import { openStream } from './wraps.js';
import type Net = require('node:net');

/**
 * Takes over `fd`; it is closed if that fails. `done` gets the server when it listens, or the error.
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
    const { _handle: wrap } = server as unknown as { _handle: unknown };
    if (wrap !== null && wrap !== undefined) server.close();
    else if (family === 'pipe') native().closeFd(fd); // listen() leaves a descriptor that it could not use
    done(error);
  };
  server.once('error', fail);
  const listening = (): void => {
    server.off('error', fail);
    done(undefined, server);
  };
  // listen() takes a TCP wrap as it is; for a Unix domain server it makes its own from the descriptor, as Bun and Deno
  // do for both.
  if (family === 'tcp' && runtime === 'Node') {
    const wrap = openStream(family, fd);
    acceptSingly(wrap);
    server.listen(wrap, listening);
  } else server.listen({ fd }, listening);
}
