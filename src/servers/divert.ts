// Takes from a server the errors of a connection whose request leaves.
import { SafeMap, SafeWeakMap } from '../platform/primordials.js';
import type { CountingServer, Socket } from './insides.js';

type Emit = (event: string, error: Error, socket: object) => boolean;

/** One for each server: an object with a server as its prototype takes long to make. */
const standIns = new SafeWeakMap<object, CountingServer>();

/** The server of a socket that names none. */
const NOBODY = { emit: () => true } as unknown as CountingServer;

/** What gets the errors of a socket. */
const diverted = new SafeMap<object, (error: Error) => void>();

/** From now on, `take` gets what Node reports to the server that the socket names. Returns what ends that. */
export function divert(socket: Socket, take: (error: Error) => void): () => void {
  diverted.set(socket, take);
  socket.server = standInOf(socket.server ?? NOBODY);
  return () => void diverted.delete(socket);
}

function standInOf(server: CountingServer): CountingServer {
  let standIn = standIns.get(server);
  if (standIn === undefined) {
    const emit: Emit = (event, error, socket) => {
      const take = diverted.get(socket);
      if (take === undefined) return server.emit(event, error, socket);
      take(error);
      return true;
    };
    standIns.set(server, (standIn = { __proto__: server, emit } as object as CountingServer));
  }
  return standIn;
}
