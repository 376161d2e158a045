// A child writes, on Node's wire, a line that is no JSON between two that are. What becomes of the parent?
const { pause, program, spawnNode, within } = require('../harness.cjs');

program({
  async parent() {
    const child = spawnNode('peers/raw.cjs', ['{"n":1}\nno json\n{"n":2}\n']);
    const messages = [];
    const errors = [];
    child.on('message', ({ n }) => messages.push(n));
    child.on('error', ({ code, name }) => errors.push(code ?? name));
    await within(5000, child, 'exit');
    await pause(100);
    return {
      kept: messages.join() === '1,2' && errors.length === 1,
      saw: `messages ${messages.join(' and ') || 'none'}; 'error': ${errors.join() || 'none'}`,
    };
  },
});
