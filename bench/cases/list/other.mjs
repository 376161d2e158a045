// Latency, sockets, starting and memory.
import { clusterServer } from '../cluster.mjs';
import { loadTime } from '../load.mjs';
import { roundTrip } from '../round-trip.mjs';
import { sockets } from '../sockets.mjs';
import { fromSpare } from '../spare.mjs';
import { startUp } from '../start-up.mjs';
import { unsentMemory } from '../unsent.mjs';

export const otherCases = [
  roundTrip({
    name: 'round-trip-free-100b',
    title: 'round trip as a program runs, json 100 B',
    kind: 'call',
    bytes: 100,
    count: 20_000,
    pinned: false,
  }),
  roundTrip({
    name: 'round-trip-free-advanced-100b',
    title: 'round trip as a program runs, structured clone 100 B',
    kind: 'call',
    bytes: 100,
    count: 20_000,
    pinned: false,
    serialization: 'advanced',
  }),
  roundTrip({
    name: 'round-trip-slow-100b',
    title: 'round trip as a program runs, answered after 1 ms, json 100 B',
    kind: 'call',
    bytes: 100,
    count: 2_000,
    pinned: false,
    answerAfter: 1,
  }),
  roundTrip({ name: 'round-trip-100b', title: 'round trip, json 100 B', bytes: 100, count: 20_000 }),
  roundTrip({
    name: 'round-trip-1mib',
    title: 'round trip, Buffer 1 MiB',
    kind: 'buffer',
    bytes: 1_048_576,
    count: 300,
    serialization: 'advanced',
  }),
  sockets({
    name: 'tcp-sockets',
    title: 'TCP sockets passed and closed',
    batch: 250,
    batches: 40,
    warmUp: 10,
  }),
  clusterServer({
    name: 'cluster-http',
    title: 'cluster, HTTP, a connection per request',
    count: 20_000,
    maxRounds: 5,
  }),
  loadTime({ name: 'load', title: 'loading the package in a new process', count: 20 }),
  startUp({ name: 'start-up', title: 'fork to first reply', count: 10 }),
  fromSpare({ name: 'start-up-spare', title: 'fork to first reply, from a spare', count: 30 }),
  unsentMemory({
    name: 'unsent-200k',
    title: 'RSS above idle, 200,000 unsent messages of 100 B',
    bytes: 100,
    count: 200_000,
    maxRounds: 3,
  }),
];
