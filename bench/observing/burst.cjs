// Answers a burst of a given number of messages, and sends one when asked to.
const size = Number(process.argv[2]);
const text = 'x'.repeat(70);
let left = size;

process.on('message', (message) => {
  if (message === 'go') {
    for (let seq = 0; seq < size; seq++) process.send({ seq, text });
  } else if (--left === 0) {
    left = size;
    process.send('all');
  }
});
