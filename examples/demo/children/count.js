// Counts numbered messages; number 0 asks for the result.
let count = 0;
let inOrder = true;
process.on('message', ({ n }) => {
  if (n === 0) {
    process.send({ count, inOrder });
    return;
  }
  count++;
  inOrder &&= n === count;
});
