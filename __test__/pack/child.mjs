// The child of all programs here. It does not load forkwire itself.
process.once('message', (message) => process.send({ got: message }));
