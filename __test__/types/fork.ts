import type { fork as nodeFork } from 'node:child_process';
import { fork } from 'forkwire';
import type { ChannelOptions, ChildProcess, ForkOptions, LifetimeOptions } from 'forkwire';
import { hasType, holds } from './claims.js';
import type { Equal } from './claims.js';

export function overloads(options: ForkOptions): void {
  hasType<ChildProcess>()(fork('file.js'));
  hasType<ChildProcess>()(fork(new URL('file:///file.js')));
  hasType<ChildProcess>()(fork('file.js', options));
  hasType<ChildProcess>()(fork('file.js', ['a'], options));
  hasType<ChildProcess>()(fork('file.js', ['a'] as const));
  hasType<ChildProcess>()(fork('file.js', undefined, options));
  // @ts-expect-error a module is required
  fork();
  // @ts-expect-error null is not a module
  fork(null);
  // @ts-expect-error arguments are strings
  fork('file.js', [1]);
  // @ts-expect-error options come last
  fork('file.js', options, ['a']);
}

/** It goes where Node's function is wanted. */
export const replacement: typeof nodeFork = fork;

export function everyOption(): void {
  const lifetime: LifetimeOptions = { graceMs: 1000, endWithParent: true };
  fork('file.js', lifetime);
  const everything: ForkOptions = {
    highWaterMark: 1,
    maxMessageSize: 1,
    flushTimeout: 0,
    latency: 'low',
    ignoreLateSends: true,
    graceMs: 0,
    endWithParent: true,
    wire: 'node',
    serialization: 'advanced',
    stdio: ['pipe', 'inherit', process.stderr, 'ipc'],
    signal: AbortSignal.timeout(1),
    cwd: new URL('file:///'),
    env: { A: 'b' },
    execArgv: ['--no-warnings'],
    execPath: '/usr/bin/node',
    detached: true,
    silent: true,
    uid: 1,
    gid: 1,
    killSignal: 'SIGKILL',
    timeout: 1,
    windowsVerbatimArguments: true,
  };
  fork('file.js', everything);
  holds<Equal<ForkOptions['wire'], 'native' | 'node' | undefined>>();
  holds<Equal<ForkOptions['serialization'], 'json' | 'advanced' | undefined>>();
  holds<
    Equal<
      keyof ChannelOptions,
      'highWaterMark' | 'maxMessageSize' | 'flushTimeout' | 'latency' | 'ignoreLateSends'
    >
  >();
  // Under exactOptionalPropertyTypes, so that options may be passed on.
  fork('file.js', { highWaterMark: undefined, wire: undefined, serialization: undefined });
  // @ts-expect-error not a serialization
  fork('file.js', { serialization: 'xml' });
  // @ts-expect-error not a wire that can be asked for
  fork('file.js', { wire: 'stock' });
  // @ts-expect-error not a latency
  fork('file.js', { latency: 'none' });
  // @ts-expect-error a number of bytes
  fork('file.js', { highWaterMark: '1' });
  // @ts-expect-error not a latency
  fork('file.js', { latency: 'none' });
  // @ts-expect-error a number of bytes
  fork('file.js', { maxMessageSize: 1n });
  // @ts-expect-error a number of milliseconds
  fork('file.js', { flushTimeout: '1 s' });
  // @ts-expect-error no such option
  fork('file.js', { highWatermark: 1 });
}
