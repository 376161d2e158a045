import { addressesIn, faultOf, headingsWithout } from '../../scripts/lib/addresses.mjs';
import test from '../helpers/test.mjs';

const page = `# Page

## Kept

A promise.

<!-- tested: channel/exit/flush › one message of 64 MB sent before * arrives -->

<!-- tested:
harness/promises › a promise whose test is gone is named
crates/proto/tests/hostile.rs › random_bytes_are_survived
-->

## Not tested

<!-- not tested: it is the kernel's -->

## Without
`;

test('the addresses of a page are found, and lead to tests with fixed and with varying titles', (t) => {
  const addresses = addressesIn(page);
  t.is(addresses.length, 3);
  t.deepEqual(addresses.map(faultOf), [undefined, undefined, undefined]);
});

test('a promise whose test is gone is named', (t) => {
  const gone = [
    'channel/exit/flush › no such title',
    'no/such/file › title',
    'crates/proto/src/lib.rs › no_such_test',
  ];
  t.deepEqual(addressesIn(gone.map((each) => `<!-- tested: ${each} -->`).join('\n')).map(faultOf), [
    'channel/exit/flush: it has no test "no such title"',
    'no/such/file: there is no such file of tests',
    'crates/proto/src/lib.rs: it has no test "no_such_test"',
  ]);
});

test('a section without a test or a reason is named', (t) => {
  t.deepEqual(headingsWithout(page), ['Without']);
});
