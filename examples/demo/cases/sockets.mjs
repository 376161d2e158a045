// Connections accepted by the parent and dealt to a "normal" and a "special" child.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';

export const title = 'Sockets dealt to a "normal" and a "special" child';

const NORMAL = '127.0.0.1';
// A second address of this machine. macOS has only one in 127/8, and no other without an administrator.
const SPECIAL = process.platform === 'darwin' ? '::1' : '127.0.0.2';
const CLIENTS = [NORMAL, SPECIAL, NORMAL, NORMAL, SPECIAL, NORMAL];

export async function run(stage) {
  const normal = stage.fork('socket.js', ['normal']);
  const special = stage.fork('socket.js', ['special']);

  const server = createServer({ pauseOnConnect: true }, (socket) => {
    const child = socket.remoteAddress.endsWith(SPECIAL) ? special : normal;
    child.send('socket', socket);
  });
  stage.atEnd(() => server.close());
  await once(server.listen(0), 'listening');

  const { port } = server.address();
  const answers = await Promise.all(CLIENTS.map((address, n) => ask(port, address, `request ${n}`)));

  for (const [address, priority] of [
    [NORMAL, 'normal'],
    [SPECIAL, 'special'],
  ]) {
    const numbers = CLIENTS.flatMap((client, n) => (client === address ? [n] : []));
    const right = numbers.filter((n) => answers[n] === `request ${n} handled with ${priority} priority`);
    stage.check(
      right.length === numbers.length,
      `from ${address}: ${right.length} of ${numbers.length} requests handled with ${priority} priority`,
    );
  }
  stage.say('pauseOnConnect: what the clients had written at once was left for the child to read');
}

/** Writes the request right away, before the socket can have been passed on. */
function ask(port, address, request) {
  const socket = connect({ port, host: address === '::1' ? '::1' : '127.0.0.1', localAddress: address });
  socket.write(request);
  return text(socket);
}
