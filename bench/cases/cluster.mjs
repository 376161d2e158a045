// An HTTP server in a cluster of two workers, by round robin. Each request has a connection of its own. The CPU time counts most: on
// a machine with few processors, the client and the HTTP servers take most of what there is.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Unsupported } from '../lib/unsupported.mjs';

const program = fileURLToPath(new URL('../children/cluster.cjs', import.meta.url));
const { resolve } = createRequire(import.meta.url);

const metrics = [
  { id: 'rate', label: 'rate', unit: 'conn/s', better: 'higher' },
  { id: 'primary', label: 'CPU time of the primary', unit: 'us', better: 'lower' },
  { id: 'workers', label: 'CPU time of the workers', unit: 'us', better: 'lower' },
];

export function clusterServer({ name, title, count, maxRounds }) {
  async function run({ name: implementation }, scale) {
    if (process.versions.bun || globalThis.Deno) throw new Unsupported('it is about node:cluster of Node');
    const load = implementation === 'forkwire' ? ['--require', resolve('forkwire/register')] : [];
    const { stdout } = await promisify(execFile)(process.execPath, [...load, program, String(scale(count))]);
    const { wire, rate, parent, children } = JSON.parse(stdout);
    if ((wire === 'native') !== load.length > 0) throw new Error(`the workers got the ${wire} wire`);
    return { rate, primary: parent, workers: children };
  }

  return { name, title, metrics, maxRounds, run };
}
