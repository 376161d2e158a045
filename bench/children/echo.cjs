// Sends back what it is sent. Also the least program that answers: for the time from fork to reply.
process.on('message', (message) => {
  process.send(message);
});
