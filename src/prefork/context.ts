// The events of a child come in the async context of its fork(), although its process was started in another one.
import { AsyncResource } from 'node:async_hooks';
import type { ChildProcess as NodeChildProcess } from 'node:child_process';

type Callback = (this: unknown, ...all: unknown[]) => unknown;

/** Node's handle of a process (lib/internal/child_process.js), and of a pipe (lib/internal/stream_base_commons.js). */
interface Handles {
  _handle?: { onexit?: Callback; onread?: Callback } | null;
}

/** Binds what Node's handles call to the context of this call. */
export function followContext(child: NodeChildProcess): void {
  const resource = new AsyncResource('FORKWIRE');
  const bind = (holder: unknown, name: 'onexit' | 'onread'): void => {
    const handle = (holder as Handles | null)?._handle;
    if (handle === undefined || handle === null) return;
    const callback = handle[name];
    if (typeof callback !== 'function') return;
    handle[name] = function (...all) {
      return resource.runInAsyncScope(callback, this, ...all);
    };
  };
  bind(child, 'onexit');
  for (const stream of child.stdio ?? []) bind(stream, 'onread');
}
