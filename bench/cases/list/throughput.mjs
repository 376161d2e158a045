// One way, at full speed. The counts take the slowest about three seconds on two cores of 2024, and the fastest long enough for
// its compiled code to be what is measured, and not its compilation.
import { bufferThroughput, cpuTime, objectThroughput } from '../throughput.mjs';
import { duplex } from '../duplex.mjs';
import { fanOut } from '../fan-out.mjs';

const KIB = 1024;
const MIB = 1024 * KIB;

export const throughputCases = [
  objectThroughput({
    name: 'json-100b-flood',
    title: 'json 100 B, flood',
    bytes: 100,
    count: 400_000,
    flood: true,
  }),
  objectThroughput({ name: 'json-100b', title: 'json 100 B', bytes: 100, count: 1_000_000 }),
  objectThroughput({
    name: 'call-100b-flood',
    title: 'json 100 B with nested values, flood',
    kind: 'call',
    bytes: 100,
    count: 400_000,
    flood: true,
  }),
  objectThroughput({
    name: 'call-100b',
    title: 'json 100 B with nested values',
    kind: 'call',
    bytes: 100,
    count: 1_000_000,
  }),
  objectThroughput({
    name: 'many-100b',
    title: 'json 100 B, many at once',
    bytes: 100,
    count: 400_000,
    together: true,
  }),
  objectThroughput({
    name: 'many-call-100b',
    title: 'json 100 B with nested values, many at once',
    kind: 'call',
    bytes: 100,
    count: 400_000,
    together: true,
  }),
  objectThroughput({ name: 'json-1kb', title: 'json 1 KB', bytes: 1000, count: 400_000 }),
  objectThroughput({
    name: 'advanced-100b',
    title: 'structured clone 100 B',
    bytes: 100,
    count: 400_000,
    serialization: 'advanced',
  }),
  objectThroughput({
    name: 'advanced-call-100b',
    title: 'structured clone 100 B with nested values',
    kind: 'call',
    bytes: 100,
    count: 400_000,
    serialization: 'advanced',
  }),
  objectThroughput({
    name: 'json-64kib',
    title: 'json 64 KiB',
    bytes: 64 * KIB,
    count: 5_000,
    unit: 'MB/s',
  }),
  objectThroughput({ name: 'json-1mib', title: 'json 1 MiB', bytes: MIB, count: 300, unit: 'MB/s' }),
  bufferThroughput({ name: 'buffer-64kib', title: 'Buffer 64 KiB', bytes: 64 * KIB, count: 6_000 }),
  bufferThroughput({ name: 'buffer-1mib', title: 'Buffer 1 MiB', bytes: MIB, count: 400 }),
  bufferThroughput({ name: 'buffer-16mib', title: 'Buffer 16 MiB', bytes: 16 * MIB, count: 30 }),
  duplex({ name: 'duplex-100b', title: 'json 100 B, both directions at once', bytes: 100, count: 400_000 }),
  ...[1, 8, 64].map((children) =>
    fanOut({
      name: `children-${children}`,
      title: `json 100 B to ${children} ${children === 1 ? 'child' : 'children'}`,
      bytes: 100,
      count: 128_000,
      children,
      maxRounds: children > 8 ? 3 : undefined,
    }),
  ),
  cpuTime({ name: 'cpu-100b', title: 'CPU time per message, json 100 B', bytes: 100, count: 400_000 }),
  cpuTime({
    name: 'cpu-call-100b',
    title: 'CPU time per message, json 100 B with nested values',
    kind: 'call',
    bytes: 100,
    count: 400_000,
  }),
];
