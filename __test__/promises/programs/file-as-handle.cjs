// A child sends the descriptor of a regular file and says that it is a socket. What becomes of the parent?
const { pause, program, spawnNode, within } = require('../harness.cjs');

program({
  async parent() {
    const child = spawnNode('peers/raw-handle.cjs', ['file', 'net.Socket']);
    const seen = [];
    child.on('message', (message, handle) => seen.push(handle === undefined ? 'no handle' : 'a handle'));
    child.on('error', ({ code, name }) => seen.push(`'error' ${code ?? name}`));
    await within(5000, child, 'exit');
    await pause(100);
    return { kept: !seen.includes('a handle'), saw: `the parent lives; ${seen.join(', ') || 'refused'}` };
  },
});
