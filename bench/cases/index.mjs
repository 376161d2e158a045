// The cases, in the order of the table. A case is
//   name      for the command line
//   title     for the table
//   metrics   its rows: { id, label?, unit, better: 'higher' | 'lower' }
//   pinned    true: all its processes on one CPU
//   run       async (implementation, scale) => { [metric id]: value }; scale(count) makes counts smaller for --quick
import { bufferThroughput, objectThroughput } from './throughput.mjs';
import { roundTrip } from './round-trip.mjs';
import { sockets } from './sockets.mjs';
import { startUp } from './start-up.mjs';

export const cases = [
  objectThroughput({
    name: 'json-100b-flood',
    title: 'json 100 B, flood',
    bytes: 100,
    count: 100_000,
    flood: true,
  }),
  objectThroughput({
    name: 'json-100b',
    title: 'json 100 B, backpressure honoured',
    bytes: 100,
    count: 200_000,
  }),
  objectThroughput({
    name: 'json-1kb',
    title: 'json 1 KB, backpressure honoured',
    bytes: 1000,
    count: 100_000,
  }),
  objectThroughput({
    name: 'advanced-100b',
    title: 'advanced 100 B, backpressure honoured',
    bytes: 100,
    count: 100_000,
    serialization: 'advanced',
  }),
  objectThroughput({
    name: 'json-64kib',
    title: 'json 64 KiB, backpressure honoured',
    bytes: 65_536,
    count: 5_000,
    unit: 'MB/s',
  }),
  bufferThroughput({
    name: 'buffer-1mib',
    title: 'Buffer 1 MiB, backpressure honoured',
    bytes: 1_048_576,
    count: 400,
  }),
  roundTrip({ name: 'round-trip-100b', title: 'round trip, json 100 B', bytes: 100, count: 20_000 }),
  sockets({ name: 'tcp-sockets', title: 'TCP sockets passed and closed', batch: 250, batches: 8 }),
  startUp({ name: 'start-up', title: 'fork to first reply', count: 10 }),
];

/** The case of that name. Throws a TypeError if there is none. */
export function findCase(name) {
  const found = cases.find((one) => one.name === name);
  if (found === undefined)
    throw new TypeError(`no case ${name}: there are ${cases.map((one) => one.name).join(', ')}`);
  return found;
}

/** All of them, or those named. */
export const chooseCases = (only) => (only === undefined ? cases : only.map(findCase));
