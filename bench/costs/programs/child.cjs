// The other end of parent.cjs.
const { writeFileSync } = require('node:fs');
const { BURST, message } = require('./messages.cjs');

const [, , way, signal] = process.argv;

const ways = {
  answered: () => process.send(message),

  sent(_message, number) {
    if (number % BURST === 0) process.send('taken');
  },

  received() {
    for (let i = 1; i < BURST; i++) process.send(message);
    process.send(message, () => writeFileSync(signal, ''));
  },
};

let number = 0;
process.on('message', (received) => ways[way](received, ++number));
