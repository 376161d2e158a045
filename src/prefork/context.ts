// The events of a child come in the async context of its fork(), although its process was started in another one.
import { AsyncResource } from 'node:async_hooks';
import type { ChildProcess as NodeChildProcess } from 'node:child_process';

type Callback = (this: unknown, ...all: unknown[]) => unknown;

/**
 * Node's handle of a process (lib/internal/child_process.js), and of a pipe (lib/internal/stream_base_commons.js). A pipe's
 * stream emits 'close' from what it passes to `close` (lib/net.js), and so does a child whose streams end last.
 */
interface Handles {
  _handle?: { onexit?: Callback; onread?: Callback; close?: Callback } | null;
}

/** Binds what Node's handles call to the context of this call. */
export function followContext(child: NodeChildProcess): void {
  const resource = new AsyncResource('FORKWIRE');
  const bind = (callback: Callback): Callback =>
    function (...all) {
      return resource.runInAsyncScope(callback, this, ...all);
    };
  const replace = (
    holder: unknown,
    name: 'onexit' | 'onread' | 'close',
    by: (original: Callback) => Callback,
  ) => {
    const handle = (holder as Handles | null)?._handle ?? {};
    const original = handle[name];
    if (original !== undefined) handle[name] = by(original);
  };
  replace(child, 'onexit', bind);
  for (const stream of child.stdio ?? []) {
    replace(stream, 'onread', bind);
    replace(
      stream,
      'close',
      (close) =>
        function (this: unknown, closed, ...all) {
          return close.call(this, typeof closed === 'function' ? bind(closed as Callback) : closed, ...all);
        },
    );
  }
}
