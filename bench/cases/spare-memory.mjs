// What a process that waits costs: the mean of a few.
import { readFileSync } from 'node:fs';
import { loadStarter } from '../lib/starting.mjs';
import { Unsupported } from '../lib/unsupported.mjs';

const SPARES = 4;
const KIB = 1024;

const metrics = [
  { id: 'resident', label: 'resident set', unit: 'MB', better: 'lower' },
  { id: 'share', label: 'proportional set', unit: 'MB', better: 'lower' },
  { id: 'own', label: 'its own', unit: 'MB', better: 'lower' },
];

export function spareMemory({ name, title }) {
  async function run(way) {
    if (process.platform !== 'linux') throw new Unsupported('only Linux says how much memory is shared');
    const starter = await loadStarter(way, SPARES);
    await starter.ready();
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
    if (children.length !== SPARES) throw new Error(`${children.length} processes instead of ${SPARES}`);
    const all = children.map(readMemory);
    await starter.close();
    return Object.fromEntries(metrics.map(({ id }) => [id, mean(all.map((one) => one[id]))]));
  }

  return { name, title, topic: 'prefork', only: ['forkwire'], metrics, maxRounds: 1, run };
}

/** In MB: proc_pid_smaps(5). */
function readMemory(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const field = (name) => (Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)[1]) * KIB) / 1e6;
  return {
    resident: field('Rss'),
    share: field('Pss'),
    own: field('Private_Clean') + field('Private_Dirty'),
  };
}

const mean = (values) => values.reduce((sum, value) => sum + value) / values.length;
