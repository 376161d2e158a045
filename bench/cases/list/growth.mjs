// Curves. With --quick they end early.
import { backlogGrowth, sizeGrowth } from '../growth.mjs';

const sizes = [1, 16, 256, 4096, 2 ** 16, 2 ** 20, 2 ** 24, 2 ** 26, 2 ** 28];
const size = {
  sizes,
  quickSizes: sizes.slice(0, 7),
  // The most bytes and messages for one point.
  volume: 2 ** 26,
  most: 5_000,
  maxRounds: 2,
};

export const growthCases = [
  sizeGrowth({ name: 'size-json', title: 'message size, json (one string)', kind: 'text', ...size }),
  sizeGrowth({ name: 'size-buffer', title: 'message size, Buffer', kind: 'bytes', ...size }),
  backlogGrowth({
    name: 'backlog',
    title: 'backlog length, json 100 B',
    bytes: 100,
    lengths: [1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6],
    quickLengths: [1e3, 1e4, 1e5],
    maxRounds: 2,
  }),
];
