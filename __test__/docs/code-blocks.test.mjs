// Every JavaScript and TypeScript block of README.md and docs/ is a program that runs, succeeds and prints nothing to
// standard error. A `text` block right below is its output. The few that cannot run say why in the opening
// fence: not-run="...".
import test from '../helpers/test.mjs';
import { runBlock } from '../helpers/code-block.mjs';
import { shares } from '../helpers/memory.mjs';
import { startServer } from '../helpers/nats.mjs';
import { findNatsServer } from '../../scripts/lib/nats-server.mjs';
import { pages, parse, readPage } from '../../scripts/lib/markdown.mjs';

const PROGRAMS = ['js', 'cjs', 'mjs', 'ts', 'mts'];
const REASON = /\bnot-run="([^"]{10,})"/;

test.beforeEach((t) => t.timeout(90_000));

/** Windows cannot send UDP sockets and does not support `forkwire top`; wine cannot run the compiler. */
const isLeftOut = ({ language, code }) =>
  process.platform === 'win32' &&
  (/node:dgram|FORKWIRE_TOP/.test(code) || (language.endsWith('ts') && process.env.FORKWIRE_WINE));

/** Shared memory has buffers only where the runtime can make them. */
const needsBuffers = ({ code }) => /Shared(Memory|Ring)\b/.test(code);

const needsNats = ({ code }) => code.includes('NATS_URL');

let programs = 0;
let excused = 0;
for (const page of pages) {
  const text = readPage(page);
  const lines = text.split('\n');
  const { blocks } = parse(text);
  for (const [index, block] of blocks.entries()) {
    if (!PROGRAMS.includes(block.language)) continue;
    programs++;
    if (REASON.test(block.info)) {
      excused++;
      continue;
    }
    const expected = outputOf(block, blocks[index + 1], lines);
    const declare =
      isLeftOut(block) ||
      (needsNats(block) && findNatsServer() === undefined) ||
      (needsBuffers(block) && !shares)
        ? test.skip
        : test;
    declare(`${page}, line ${block.line}: the program runs as it says`, async (t) => {
      t.is(block.info, '', 'nothing but not-run="a reason" may follow the language');
      // Readers have a server already.
      const env = needsNats(block) ? { NATS_URL: (await startServer(t)).url } : {};
      const { code, stdout, stderr } = await runBlock(t, block, env);
      t.deepEqual({ code, stderr }, { code: 0, stderr: '' }, stdout);
      if (expected !== undefined) t.is(stdout, expected);
    });
  }
}

test('few programs in the documentation are exempt from running', (t) => {
  t.true(programs >= 12, `${programs} programs were found`);
  t.true(excused <= 3, `${excused} are excused`);
});

/** The output in the next block, if only empty lines are between the two. */
function outputOf(block, next, lines) {
  if (next?.language !== 'text') return undefined;
  const end = block.line + block.code.split('\n').length - 1; // the line of the closing fence, from 0
  const between = lines.slice(end + 1, next.line - 1);
  return between.every((line) => line.trim() === '') ? next.code : undefined;
}
