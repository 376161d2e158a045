// What it takes to load the module that has fork(), in a process that has loaded nothing yet.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { median } from '../lib/statistics.mjs';

const require = createRequire(import.meta.url);
const own = { forkwire: 'forkwire', stock: 'node:child_process' };
const registered = { forkwire: 'forkwire/register', stock: 'node:child_process' };

/** Against the built-in module, which the package needs too: the difference is the package's own. */
export function loadTime({ name, title, count }) {
  const metrics = [
    { id: 'main', label: 'require', unit: 'ms', better: 'lower' },
    { id: 'register', label: 'register', unit: 'ms', better: 'lower' },
  ];

  function run(implementation, scale) {
    const timed = (module) => {
      const times = Array.from({ length: scale(count) }, () => timeOf(module));
      return median(times);
    };
    return { main: timed(own[implementation.name]), register: timed(registered[implementation.name]) };
  }

  return { name, title, metrics, run };
}

/** Milliseconds. */
function timeOf(module) {
  const file = JSON.stringify(require.resolve(module));
  const program = `const begun = performance.now(); require(${file}); console.log(performance.now() - begun)`;
  const words = process.versions.deno === undefined ? ['-e'] : ['eval', '--ext=cjs'];
  return Number(execFileSync(process.execPath, [...words, program], { encoding: 'utf8' }));
}
