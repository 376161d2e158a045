// A child that speaks bytes of its argument on its channel, and nothing else.
const { writeSync } = require('node:fs');

writeSync(Number(process.channel.fd), process.argv[2]);
