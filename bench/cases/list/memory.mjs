// Shared memory.
import { handOver } from '../hand-over.mjs';
import { ring } from '../ring.mjs';
import { wakeUp } from '../wake.mjs';

const KIB = 1024;
const MIB = 1024 * KIB;

export const memoryCases = [
  handOver({ name: 'memory-1mib', title: '1 MiB handed over', size: MIB, count: 1_000 }),
  handOver({ name: 'memory-16mib', title: '16 MiB handed over', size: 16 * MIB, count: 200 }),
  handOver({
    name: 'memory-256mib',
    title: '256 MiB handed over',
    size: 256 * MIB,
    count: 20,
    maxRounds: 3,
  }),
  ring({
    name: 'ring-64kib',
    title: 'messages of 64 KiB by a ring',
    bytes: 64 * KIB,
    slots: 16,
    count: 15_000,
  }),
  wakeUp({ name: 'wake-up', title: 'waking the other end', count: 5_000 }),
];
