/** 100 bytes of JSON. */
const message = { id: 1, text: 'x'.repeat(100 - JSON.stringify({ id: 1, text: '' }).length) };

/** A number of these that a socket's buffer easily holds. */
const BURST = 256;

module.exports = { BURST, message };
