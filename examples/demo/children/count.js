// Counts numbered messages, each with some work, so that a flood outruns it; number 0 asks for the result.
const WORK_MS = 0.03;
let count = 0;
let inOrder = true;
process.on('message', ({ n }) => {
  if (n === 0) {
    process.send({ count, inOrder });
    return;
  }
  count++;
  inOrder &&= n === count;
  for (const end = performance.now() + WORK_MS; performance.now() < end;);
});
