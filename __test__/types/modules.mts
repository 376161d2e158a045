// The three entry points, as ES modules; the other files of this folder load them as CommonJS.
import type * as index from 'forkwire';
import type * as child from 'forkwire/child';
import type * as register from 'forkwire/register';
import { holds } from './claims.js';
import type { Equal } from './claims.js';

holds<Equal<'fork' | 'spawn', Extract<keyof typeof index, 'fork' | 'spawn'>>>();
holds<Equal<typeof index.fork, typeof index.default.fork>>();
holds<Equal<'channel', Extract<keyof typeof child, 'channel'>>>();
// It is loaded for what it does.
holds<Equal<never, Exclude<keyof typeof register, 'default' | 'module.exports'>>>();
// @ts-expect-error inner files are not entry points
export type Inner = typeof import('forkwire/dist/preload.js');
