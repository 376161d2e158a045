// Sends back what it is sent. Also the least program that answers: for the time from fork to reply.
// argv: milliseconds to wait before each answer; 0 or absent: none
const wait = Number(process.argv[2] ?? 0);

process.on('message', (message) => {
  if (wait === 0) process.send(message);
  else setTimeout(() => process.send(message), wait);
});
