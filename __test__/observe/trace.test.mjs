import { spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { onlyForkwire } from '../helpers/cases.mjs';
import { closed, endWithTest, fixture } from '../helpers/child.mjs';
import { runProgram } from '../helpers/program.mjs';

/** FORKWIRE_DEBUG's lines of a program without their prefix, for the parent and the child separately. */
async function traced(t, implementation, FORKWIRE_DEBUG, args = [], program = 'converse.mjs') {
  const env = { ...process.env, FORKWIRE_DEBUG };
  const { code, stderr } = await runProgram(t, implementation, program, args, { env });
  t.is(code, 0, stderr);
  const lines = stderr.split('\n').slice(0, -1);
  const of = (role) => {
    const start = new RegExp(`^forkwire \\d+ ${role} of \\d+ \\+ *\\d+\\.\\d ms: `);
    return lines.filter((line) => start.test(line)).map((line) => line.replace(start, ''));
  };
  const [parent, child] = [of('parent'), of('child')];
  t.is(parent.length + child.length, lines.length, stderr);
  return { lines, parent, child };
}

const BEGINS = '{"hello":"world","odd":"a\\u2028\\u007f","long":"x';

onlyForkwire('FORKWIRE_DEBUG=1 prints how channels start and end', async (t, implementation) => {
  const { parent, child } = await traced(t, implementation, '1', ['json', 'native']);
  t.is(parent.length, 2);
  t.regex(parent[0], /^starts on the native wire: .*echo\.cjs$/);
  t.regex(parent[1], /^ends: sent 1 message, \d+ bytes, 1 error; received 1 message, \d+ bytes, 0 errors$/);
  t.is(child.length, 2);
  t.regex(child[0], /^starts on the native wire: .*echo\.cjs$/);
  t.regex(child[1], /^ends: sent 1 message/);
});

onlyForkwire('FORKWIRE_DEBUG=all prints each step of a message on both sides', async (t, implementation) => {
  const { parent, child } = await traced(t, implementation, 'all', ['json', 'native']);
  const [starts, sends, receives, ends] = parent.filter((line) => !line.startsWith('fails'));
  t.regex(starts, /^starts/);
  t.true(sends.startsWith(`sends #1 json, 241 bytes: ${BEGINS}`), sends);
  t.true(sends.endsWith('x...') && sends.length < 130, sends);
  t.true(receives.startsWith(`receives #1 json, 241 bytes: ${BEGINS}`), receives);
  t.regex(ends, /^ends/);
  t.true(
    parent.includes('fails to send 1 message: ERR_IPC_CHANNEL_CLOSED: Channel closed'),
    parent.join('\n'),
  );
  t.true(child.some((line) => line.startsWith(`receives #1 json, 241 bytes: ${BEGINS}`)));
  t.true(child.some((line) => line.startsWith(`sends #1 json, 241 bytes: ${BEGINS}`)));
});

onlyForkwire('a structured clone is shown without running code of the program', async (t, implementation) => {
  const { parent, child } = await traced(t, implementation, 'messages', ['advanced', 'native']);
  t.regex(parent[0], /^sends #1 clone, \d+ bytes: \{ hello: 'world'/);
  t.regex(child[0], /^receives #1 clone, \d+ bytes: \{ hello: 'world'/);
  t.regex(parent[1], /^receives #1 clone/);
});

for (const serialization of ['json', 'advanced']) {
  onlyForkwire(`this end of Node's own wire is traced, ${serialization}`, async (t, implementation) => {
    const { parent, child } = await traced(t, implementation, 'all', [serialization, 'node']);
    t.is(parent[0], 'starts on the node wire: the option wire says so');
    t.regex(
      parent.find((line) => line.startsWith('sends')),
      /^sends #1 (json|clone), \d+ bytes/,
    );
    t.regex(
      parent.find((line) => line.startsWith('receives')),
      /^receives #1 (json|clone), \d+ bytes/,
    );
    t.deepEqual(child, []);
  });
}

onlyForkwire('topics may be combined', async (t, implementation) => {
  const { lines, parent } = await traced(t, implementation, 'errors,drains', ['json', 'native']);
  t.is(lines.length, 1);
  t.regex(parent[0], /^fails to send/);
});

onlyForkwire('an unknown topic is reported, with the list of topics', async (t, implementation) => {
  const env = { ...process.env, FORKWIRE_DEBUG: 'mesages' };
  const { code, stderr } = await runProgram(t, implementation, 'converse.mjs', ['json', 'node'], { env });
  t.is(code, 0);
  t.regex(
    stderr,
    /^forkwire \d+ \+ *[\d.]+ ms: FORKWIRE_DEBUG: unknown topic "mesages"; the topics are 1, channels, .* and all\n$/,
  );
});

onlyForkwire('nothing is printed for 0, off and an empty value', async (t, implementation) => {
  for (const off of ['0', 'off', '']) {
    t.deepEqual((await traced(t, implementation, off, ['json', 'native'])).lines, []);
  }
});

const onDevFull = existsSync('/dev/full') ? onlyForkwire : () => {};
onDevFull('a standard error that cannot be written to does no harm', async (t, implementation) => {
  const env = { ...process.env, FORKWIRE_DEBUG: 'all' };
  const program = [fixture('programs/converse.mjs'), implementation.name, 'json', 'native'];
  const child = spawn(process.execPath, program, {
    stdio: ['ignore', 'ignore', openSync('/dev/full', 'w')],
    env,
  });
  endWithTest(t, child);
  t.deepEqual(await closed(child), { code: 0, signal: null });
});
