/** Large content without repetition, so that a misplaced byte is noticed. Sizes are in bytes. */
const bytes = (size, seed = 1) => {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = seed;
  for (let i = 0; i < words.length; i++) words[i] = state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Buffer.from(words.buffer, 0, size);
};

const text = (size, seed = 1) =>
  bytes(Math.ceil(size / 2), seed)
    .toString('hex')
    .slice(0, size);

module.exports = { bytes, text };
