// On Node's wire, a child writes a line that is not JSON between two that are. What happens to the parent?
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
