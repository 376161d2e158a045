// A request and its answer.
import { requests } from '../request.mjs';

const SIZE = { bytes: 100 };

export const requestCases = [
  requests({
    name: 'request',
    title: 'request as a program runs, json 100 B',
    count: 10_000,
    ...SIZE,
  }),
  requests({ name: 'request-pinned', title: 'request, json 100 B', count: 10_000, pinned: true, ...SIZE }),
  requests({
    name: 'request-64',
    title: 'requests, 64 under way, json 100 B',
    count: 60_000,
    underWay: 64,
    ...SIZE,
  }),
];
