// The child of all programs here, which holds nothing of forkwire.
process.once('message', (message) => process.send({ got: message }));
