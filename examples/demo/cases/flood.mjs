// More than the channel takes at once: send() returns false, and 'drain' shows when to continue.
import { once } from 'node:events';

export const title = 'A flood: send() returns false, then drains';

const MESSAGES = 20_000;
const text = 'x'.repeat(1000);

export async function run(stage) {
  const child = stage.fork('count.js');
  const reported = once(child, 'message');
  let firstFalse;
  let nulls = 0;
  const settled = (error) => {
    if (error === null) nulls++;
  };

  for (let n = 1; n <= MESSAGES; n++) {
    if (!child.send({ n, text }, settled)) firstFalse ??= n;
  }
  stage.check(
    firstFalse !== undefined,
    `${MESSAGES} messages of 1 kB in one go: send() returned false from number ${firstFalse}`,
  );
  await once(child, 'drain');
  const again = child.send({ n: 0 });
  stage.check(again, "after 'drain' send() returned true");

  const [{ count, inOrder }] = await reported;
  stage.check(nulls === MESSAGES, `callbacks called with null: ${nulls}`);
  stage.check(
    count === MESSAGES && inOrder,
    `the child counted ${count}${inOrder ? ', in order' : ', NOT in order'}`,
  );
}
