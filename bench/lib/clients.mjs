// TCP clients that do not disturb the measurement.
import { once } from 'node:events';
import { Socket } from 'node:net';

/** `count` clients and the server's sockets to them, all connected. */
export async function connectClients(server, count) {
  const accepted = [];
  const allAccepted = new Promise((resolve) => {
    const take = (socket) => {
      if (accepted.push(socket) < count) return;
      server.off('connection', take);
      resolve();
    };
    server.on('connection', take);
  });
  const { port, address } = server.address();
  const clients = await Promise.all(Array.from({ length: count }, () => connectPaused(port, address)));
  await allAccepted;
  return { clients, accepted };
}

/** It is paused before it connects and does not read, so its end is noticed only on request. */
async function connectPaused(port, host) {
  const socket = new Socket();
  socket.pause();
  await once(socket.connect(port, host), 'connect');
  return socket;
}

/** Waits until each client has seen the end of its connection. */
export async function haveAllEnded(clients) {
  await Promise.all(
    clients.map((client) => {
      const closed = once(client, 'close');
      client.resume();
      return closed;
    }),
  );
}
