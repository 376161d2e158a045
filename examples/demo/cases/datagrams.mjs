// A UDP socket sent to a child: both processes read its datagrams.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { deferred } from '../lib/deferred.mjs';
import { untilAllAnswered } from '../lib/until-both.mjs';

export const title = 'A UDP socket shared by parent and child';

const ANSWERS = ['handled by parent', 'handled by child'];
// Few enough to fit any socket's buffer: a datagram that is dropped would never be answered.
const DATAGRAMS_A_ROUND = 10;

export async function run(stage) {
  if (process.platform === 'win32') {
    stage.say('only on Unix, as the page says: not tried here');
    return;
  }
  const child = stage.fork('datagram.js');
  const shared = createSocket('udp4');
  stage.atEnd(() => shared.close());
  shared.on('message', (request, from) => shared.send('handled by parent', from.port, from.address));
  await once(shared.bind(0, '127.0.0.1'), 'listening');
  child.send('server', shared);
  await once(child, 'message');

  const { port } = shared.address();
  const client = createSocket('udp4');
  stage.atEnd(() => client.close());
  const counts = await untilAllAnswered(ANSWERS, () => ask(client, port));

  for (const answer of ANSWERS) {
    stage.check(counts.has(answer), `"${answer}": ${counts.get(answer) ?? 0} datagrams to port ${port}`);
  }
  stage.check(counts.size === ANSWERS.length, 'no datagram got any other answer');
}

/** One round: so many datagrams, so many answers. */
async function ask(client, port) {
  const answers = [];
  const { promise, resolve } = deferred();
  const take = (answer) => {
    if (answers.push(answer.toString()) === DATAGRAMS_A_ROUND) resolve();
  };
  client.on('message', take);
  for (let n = 0; n < DATAGRAMS_A_ROUND; n++) client.send('request', port, '127.0.0.1');
  await promise;
  client.off('message', take);
  return answers;
}
