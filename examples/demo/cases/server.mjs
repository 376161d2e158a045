// A server object sent to a child: both processes accept its connections.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { untilAllAnswered } from '../lib/until-both.mjs';

export const title = 'A server shared by parent and child';

const ANSWERS = ['handled by parent', 'handled by child'];
const CONNECTIONS_A_ROUND = 20;

export async function run(stage) {
  const child = stage.fork('server.js');
  const server = createServer((socket) => socket.end('handled by parent'));
  stage.atEnd(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  child.send('server', server);
  await once(child, 'message');

  const { port } = server.address();
  const round = () =>
    Promise.all(Array.from({ length: CONNECTIONS_A_ROUND }, () => text(connect(port, '127.0.0.1'))));
  const counts = await untilAllAnswered(ANSWERS, round);

  for (const answer of ANSWERS) {
    stage.check(counts.has(answer), `"${answer}": ${counts.get(answer) ?? 0} connections to port ${port}`);
  }
  stage.check(counts.size === ANSWERS.length, 'no connection got any other answer');
}
