// Sends a message, and returns what it gets.
process.on('message', (message) => process.send(message));
process.send('here');
