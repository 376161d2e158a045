const { fork } = require('node:child_process');

if (process.send) {
  process.once('message', (message) => process.send(message));
} else {
  const child = fork(__filename);
  child.on('message', (message) => process.stdout.write(`${child.wire}: ${message}`));
  child.send('echo');
}
