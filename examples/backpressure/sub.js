// The child of parent.js: counts what it is sent.
let count = 0;
process.on('message', (m) => {
  count++;
  if (m.last) process.send(count);
});
