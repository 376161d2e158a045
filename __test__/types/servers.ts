// What handOver() and receiveConnections() accept.
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';
import cluster from 'node:cluster';
import { fork, handOver, peekServerName, receiveConnections } from 'forkwire';
import type {
  ConnectionPeer,
  ConnectionServer,
  HandedConnection,
  HandedRequest,
  HandOverOptions,
  PeekOptions,
  ReceiveConnectionsOptions,
  ReceivingConnections,
} from 'forkwire';

const child = fork('child.js');
const server = http.createServer((request) => {
  const done: Promise<void> = handOver(child, { request });
  void done;
});
server.on('upgrade', (request, socket, head) => void handOver(process, { request, socket, head }));
server.on(
  'connect',
  (request, socket, head) => void handOver(child, { request, socket, head }, { name: 'a' }),
);
net.createServer(async (socket) => {
  const peek: PeekOptions = { timeout: 1000 };
  const name: string | undefined = await peekServerName(socket, peek);
  const options: HandOverOptions = { name, signal: AbortSignal.timeout(1000) };
  const connection: HandedConnection = socket;
  await handOver(cluster.fork(), connection, options);
});

const receiving: ReceivingConnections = receiveConnections(server);
receiving.close();
for (const one of [net.createServer(), tls.createServer(), server] satisfies ConnectionServer[]) {
  const options: ReceiveConnectionsOptions = { name: 'one' };
  for (const peer of [child, process, cluster.fork()] satisfies ConnectionPeer[]) {
    receiveConnections(one, peer, options).close();
  }
}
server.on('request', (request) => {
  const handed: HandedRequest = { request };
  void handOver(child, handed, { name: 'one' });
});
receiveConnections(tls.createServer(), child);
receiveConnections(http2.createServer(), process, { name: 'two' })[Symbol.dispose]();

// @ts-expect-error a server is not a connection
void handOver(child, server);
// @ts-expect-error a head alone is not a request
void handOver(child, { head: Buffer.alloc(0) });
// @ts-expect-error a socket is not a server
receiveConnections(server, child, 'name');
