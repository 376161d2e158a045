// Sends as fast as the child reads and no faster. Run: node examples/backpressure/parent.js
const { once } = require('node:events');
const { fork } = require('forkwire');

const TOTAL = 20_000;

async function main() {
  const child = fork(`${__dirname}/sub.js`);
  const counted = once(child, 'message');
  let pauses = 0;
  for (let n = 1; n <= TOTAL; n++) {
    // false: more than highWaterMark bytes (131,072 by default) are waiting to be read.
    if (!child.send({ n, text: 'x'.repeat(1000), last: n === TOTAL })) {
      pauses++;
      await once(child, 'drain');
    }
  }
  const [count] = await counted;
  console.log(`child counted ${count} messages`);
  console.log(`parent paused ${pauses > 0 ? 'and went on at drain' : 'never'}`);
  child.disconnect();
}

main();
