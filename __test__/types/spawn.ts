import { spawn } from 'forkwire';
import type { ChildProcess, SpawnOptions } from 'forkwire';
import { hasType, holds } from './claims.js';
import type { Equal } from './claims.js';

export function overloads(): void {
  const options: SpawnOptions = {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    highWaterMark: 1,
    maxMessageSize: 1,
    flushTimeout: 0,
    wire: 'native',
    shell: true,
  };
  hasType<ChildProcess>()(spawn('program'));
  hasType<ChildProcess>()(spawn('program', options));
  hasType<ChildProcess>()(spawn('program', ['a'], options));
  hasType<ChildProcess>()(spawn('program', ['a'] as const, options));
  hasType<ChildProcess>()(spawn('program', undefined, options));
  holds<Equal<SpawnOptions['wire'], 'native' | 'node' | undefined>>();
  // @ts-expect-error a program is required
  spawn();
  // @ts-expect-error a program is named by a string
  spawn(new URL('file:///program'));
  // @ts-expect-error arguments are strings
  spawn('program', [1]);
  // @ts-expect-error not a wire that can be asked for
  spawn('program', { wire: 'stock' });
  // @ts-expect-error a number of bytes
  spawn('program', [], { highWaterMark: 'much' });
}
