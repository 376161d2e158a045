/** A text, which need not be JSON, as a message of a wire. */
exports.frame = (text, wire) => {
  const body = Buffer.from(text);
  if (wire === 'node') return Buffer.concat([body, Buffer.from('\n')]);
  const header = Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(body.length, 4);
  return Buffer.concat([header, body]);
};
