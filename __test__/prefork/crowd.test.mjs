// When a spare has to wait with its start, because the processors have work. The system is in memory.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import test from '../helpers/test.mjs';

const source = fileURLToPath(new URL('../../src/prefork/crowd.ts', import.meta.url));
const { outputFiles } = buildSync({
  entryPoints: [source],
  bundle: true,
  format: 'cjs',
  platform: 'node',
  write: false,
});

/** `isCrowded()` on such a machine: the processors, those for this process, and the text of files. */
function on({ online, usable, files }) {
  const module = { exports: {} };
  const require = createRequire(source);
  const modules = {
    'node:os': { cpus: () => Array.from({ length: online }), availableParallelism: () => usable },
    'node:fs': {
      readFileSync(file) {
        if (files[file] === undefined) throw new Error('ENOENT');
        return files[file];
      },
    },
  };
  new Function('module', 'require', outputFiles[0].text)(module, (id) => modules[id] ?? require(id));
  return module.exports.isCrowded;
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
