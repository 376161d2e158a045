// Clients of socket.io that share HTTP connections, as behind a proxy. Half of them change to a WebSocket, half keep polling.
const http = require('node:http');
const { once } = require('node:events');
const { io } = require('socket.io-client');

const CLIENTS = 30;
const ANSWERS = 20;

async function load(port) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 40 });
  const workers = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => talk(port, agent, i)));
  agent.destroy();
  return { answers: CLIENTS * ANSWERS, used: new Set(workers).size };
}

async function talk(port, agent, i) {
  const transports = i % 2 ? ['polling', 'websocket'] : ['polling'];
  // The option `agent` would be used for the WebSocket too, which takes its connection away for good.
  const socket = io(`http://127.0.0.1:${port}`, {
    transports,
    forceNew: true,
    agent: i % 2 ? undefined : agent,
  });
  await Promise.race([once(socket, 'connect'), failure(socket)]);
  const workers = new Set();
  for (let n = 1; n <= ANSWERS; n++) {
    const { worker, count } = await socket.timeout(20_000).emitWithAck('count');
    if (count !== n) throw new Error(`answer ${count} in place of ${n}: the session was not found again`);
    workers.add(worker);
  }
  if (workers.size !== 1) throw new Error(`a session was on the workers ${[...workers]}`);
  if (i % 2 && socket.io.engine.transport.name !== 'websocket') throw new Error('it has no WebSocket');
  socket.disconnect();
  return [...workers][0];
}

const failure = (socket) =>
  once(socket, 'connect_error').then(([error]) => {
    throw error;
  });

module.exports = { load };
