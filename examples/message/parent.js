// Messages both ways. Run: node examples/message/parent.js
const cp = require('forkwire');
const n = cp.fork(`${__dirname}/sub.js`);

n.on('message', (m) => {
  console.log('PARENT got message:', m);
  // The child waits for messages as long as there is a channel. What was sent before still arrives.
  n.disconnect();
});

// Causes the child to print: CHILD got message: { hello: 'world' }
n.send({ hello: 'world' });
