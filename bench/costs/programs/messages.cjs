/** 100 bytes of JSON. */
const message = { id: 1, text: 'x'.repeat(100 - JSON.stringify({ id: 1, text: '' }).length) };

/** How many of these a socket's buffer has room for, with some to spare. */
const BURST = 256;

module.exports = { BURST, message };
