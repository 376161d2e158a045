// The same in TypeScript. Run, on a Node that strips types (22.18 or later): node examples/typescript/parent.mts
import { once } from 'node:events';
import { fork } from 'forkwire';
import type { Request, Response } from './protocol.mts';

// 'advanced' carries what structured clone carries: here a Map and a bigint.
const child = fork(new URL('./sub.mts', import.meta.url), { serialization: 'advanced' });
const request: Request = {
  prices: new Map([
    ['apple', 3n],
    ['pear', 4n],
  ]),
};

child.send(request, (error: Error | null) => {
  if (error) throw error;
});
const [response] = (await once(child, 'message')) as [Response];
console.log(`total ${response.total}`);
child.disconnect();
