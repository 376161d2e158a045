// Answers each request with its message; the request 'cpu' with the CPU time of this process so far.
// argv: one of the ways of lib/callers.mjs
import { callers } from '../lib/callers.mjs';
import { cpuMicroseconds } from '../lib/cpu-time.mjs';
import { parentEnd } from '../lib/parent-end.mjs';

const answer = (message) => (message === 'cpu' ? cpuMicroseconds() : message);

await callers[process.argv[2]].serve(parentEnd, answer);
parentEnd.send({ ready: true });
