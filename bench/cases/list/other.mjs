// Latency, sockets, starting and memory.
import { roundTrip } from '../round-trip.mjs';
import { sockets } from '../sockets.mjs';
import { startUp } from '../start-up.mjs';
import { unsentMemory } from '../unsent.mjs';

export const otherCases = [
  roundTrip({ name: 'round-trip-100b', title: 'round trip, json 100 B', bytes: 100, count: 20_000 }),
  roundTrip({
    name: 'round-trip-1mib',
    title: 'round trip, Buffer 1 MiB',
    kind: 'buffer',
    bytes: 1_048_576,
    count: 300,
    serialization: 'advanced',
  }),
  sockets({ name: 'tcp-sockets', title: 'TCP sockets passed and closed', batch: 250, batches: 8 }),
  startUp({ name: 'start-up', title: 'fork to first reply', count: 10 }),
  unsentMemory({
    name: 'unsent-200k',
    title: 'RSS above idle, 200,000 unsent messages of 100 B',
    bytes: 100,
    count: 200_000,
    maxRounds: 3,
  }),
];
