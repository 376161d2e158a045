import { differences } from '../../bench/costs/compare.mjs';
import test from '../helpers/test.mjs';

const costs = (addon, allocations, files) => ({
  bytes: { 'forkwire.linux-x64-gnu.node': addon },
  message: { allocations },
  files,
});

test('costs that are as committed, or within their tolerance, do not differ', (t) => {
  t.deepEqual(differences(costs(100_000, 4, ['a', 'b']), costs(104_000, 4, ['b', 'a'])), []);
});

test('each cost that has changed is named, with what it was', (t) => {
  t.deepEqual(differences(costs(100_000, 4, ['a', 'b']), costs(106_000, 3, ['b', 'c'])), [
    'costs › bytes › forkwire.linux-x64-gnu.node: 100000, now 106000, 5 % either way are accepted',
    'costs › message › allocations: 4, now 3',
    'costs › files: - a',
    'costs › files: + c',
  ]);
});

test('a cost that is new, or gone, differs', (t) => {
  t.deepEqual(differences({ a: 1 }, { b: [] }), ['costs › a: 1, now absent', 'costs › b: absent, now []']);
});
