// Gives a received connection to a server, which then treats it as one that it has accepted itself.
import type { EventEmitter } from 'node:events';
import { withholdAnswer } from './answer.js';
import { putEarly } from './early.js';
import type { CountingServer, Socket } from './insides.js';

/** As onconnection() of Node's lib/net.js does with a connection that it accepts. */
export function welcome(server: EventEmitter, socket: Socket, early: string, answered: boolean): void {
  const own = server as unknown as CountingServer;
  if (typeof own.maxConnections === 'number' && own._connections >= own.maxConnections) {
    drop(own, socket);
    return;
  }
  putEarly(socket, early);
  if (answered) withholdAnswer(socket);
  socket.allowHalfOpen = own.allowHalfOpen === true;
  if (own.noDelay === true) socket.setNoDelay(true);
  if (own.keepAlive === true) socket.setKeepAlive(true, own.keepAliveInitialDelay);
  if (own.pauseOnConnect === true) socket.pause();
  if (typeof own._connections === 'number') {
    own._connections += 1;
    socket.server = own;
    socket._server = own;
  }
  server.emit('connection', socket);
}

function drop(server: CountingServer, socket: Socket): void {
  const { localAddress, localPort, localFamily, remoteAddress, remotePort, remoteFamily } = socket;
  socket.destroy();
  server.emit('drop', { localAddress, localPort, localFamily, remoteAddress, remotePort, remoteFamily });
}
