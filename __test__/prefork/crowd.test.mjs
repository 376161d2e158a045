// When a spare has to wait with its start, because the processors have work. The system is in memory.
import { fromSource } from '../helpers/from-source.mjs';
import test from '../helpers/test.mjs';

/** `isCrowded()` on such a machine: the processors, those for this process, and the text of files. */
function on({ online, usable, files }) {
  const modules = {
    'node:os': { cpus: () => Array.from({ length: online }), availableParallelism: () => usable },
    'node:fs': {
      readFileSync(file) {
        if (files[file] === undefined) throw new Error('ENOENT');
        return files[file];
      },
    },
  };
  return fromSource('prefork/crowd', modules).isCrowded;
}

const loadavg = (runnable) => ({ '/proc/loadavg': `9.00 8.00 7.00 ${runnable}/350 9557\n` });
const stat = (pid, state) => ({ [`/proc/${pid}/stat`]: `${pid} (a) R (b) ${state} 1 2 3 4` });

test('a machine is crowded if as many threads beside this one want to run as it has processors', (t) => {
  t.false(on({ online: 2, usable: 2, files: loadavg(2) })([]));
  t.true(on({ online: 2, usable: 2, files: loadavg(3) })([]));
  t.false(on({ online: 64, usable: 64, files: loadavg(3) })([]));
});

test('a process that may not use all processors is crowded by its own children', (t) => {
  const isCrowded = on({
    online: 8,
    usable: 2,
    files: { ...loadavg(3), ...stat(1, 'R'), ...stat(2, 'S'), ...stat(3, 'R') },
  });
  t.false(isCrowded([]));
  t.false(isCrowded([1, 2]));
  t.true(isCrowded([1, 2, 3]));
});

test('where all processors may be used, what others do counts, and not whose children run', (t) => {
  t.false(on({ online: 8, usable: 8, files: { ...loadavg(3), ...stat(1, 'R') } })([1, 1, 1, 1, 1, 1, 1, 1]));
});

test('what the system does not say crowds nobody', (t) => {
  t.false(on({ online: 2, usable: 2, files: {} })([]));
  t.false(on({ online: 2, usable: 1, files: { ...loadavg(1) } })([1]));
  t.false(on({ online: 2, usable: 2, files: { '/proc/loadavg': 'nonsense' } })([]));
});
