// The child of parent.js: counts what it is sent, and takes 30 microseconds for each.
let count = 0;
process.on('message', (m) => {
  count++;
  for (const end = performance.now() + 0.03; performance.now() < end;);
  if (m.last) process.send(count);
});
