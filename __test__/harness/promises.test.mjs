import { claimsIn, faultOf, faultsOf } from '../../scripts/lib/addresses.mjs';
import { sentencesOf } from '../../scripts/lib/sentences.mjs';
import test from '../helpers/test.mjs';

const page = `# Page

## Kept

A promise of \`two\` words. **Another.** It spans
two lines, and [a link](x.md#y). An explanation, e.g. this one.

- An item.

| head | head |
| ---- | ---- |
| row  | one  |

\`\`\`
Not a sentence.
\`\`\`

<!-- tested:
A promise of two
  channel/exit/flush › one message of 64 MB sent before * arrives
Another.
It spans two lines
  harness/promises › an address without its test is named
  crates/proto/tests/hostile.rs › random_bytes_are_survived
-->

<!-- not tested:
| row › it is the kernel's
-->

<!-- explains:
An explanation
An item
-->
`;

test('a page whose sentences are all accounted for has no fault', (t) => {
  t.deepEqual(faultsOf(page), []);
});

test('a sentence ends with its block, and has no markup', (t) => {
  const [, text] = page.split('## Kept');
  t.deepEqual(sentencesOf(text), [
    'A promise of two words.',
    'Another.',
    'It spans two lines, and a link.',
    'An explanation, e.g. this one.',
    'An item.',
    '| row | one |',
  ]);
});

test('sentences that follow each other share their tests', (t) => {
  const counts = claimsIn(page).map(({ beginning, addresses }) => [beginning, addresses.length]);
  t.deepEqual(counts, [
    ['A promise of two', 1],
    ['Another.', 2],
    ['It spans two lines', 2],
    ['| row', 0],
    ['An explanation', 0],
    ['An item', 0],
  ]);
});

test('an address without its test is named', (t) => {
  const gone = [
    ['channel/exit/flush', 'no such title'],
    ['no/such/file', 'title'],
    ['crates/proto/src/lib.rs', 'no_such_test'],
  ];
  t.deepEqual(
    gone.map(([file, title]) => faultOf({ file, title })),
    [
      'channel/exit/flush: it has no test "no such title"',
      'no/such/file: there is no such file of tests',
      'crates/proto/src/lib.rs: it has no test "no_such_test"',
    ],
  );
});

test('a sentence without a test, and a comment without its sentence, are named', (t) => {
  t.deepEqual(
    faultsOf('# Page\n\nFirst. Second.\n\n<!-- tested:\nThird\n-->\n<!-- explains:\nFirst\n-->\n'),
    [
      '"Page": not exactly one sentence begins with "Third"',
      '"Page": no test is named under "Third"',
      '"Page": no comment names the tests of "Second."',
    ],
  );
});
