import { both, onlyForkwire } from '../helpers/cases.mjs';
import { runProgram } from '../helpers/program.mjs';

const exits = (where) => async (t, implementation) => {
  const { code, signal, stdout, stderr } = await runProgram(t, implementation, 'exit-inside.mjs', [where]);
  t.deepEqual({ code, signal, stderr }, { code: 3, signal: null, stderr: '' });
  t.deepEqual(JSON.parse(stdout), { left: where });
};

for (const where of ['a send callback', 'a message listener']) {
  both(`process.exit() inside ${where} ends the process with its code`, exits(where));
}

// Node 20 crashes if a channel that has just ended has messages to emit.
for (const where of ['a disconnect listener', 'an error listener', 'a drain listener']) {
  onlyForkwire(`process.exit() inside ${where} ends the process with its code`, exits(where));
}
