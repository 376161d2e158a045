// A child that writes the bytes of its argument to its channel, and nothing else.
const { writeSync } = require('node:fs');

writeSync(Number(process.channel.fd), process.argv[2]);
