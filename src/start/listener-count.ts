// A child's listeners for messages keep its event loop running. A parent's do not need to.
import type { Control } from '../channel/control.js';
import type { Endpoint } from '../channel/endpoint.js';
import { runtime } from '../platform/runtime.js';
import type { OwnListeners } from './own-listeners.js';
import type { Target } from '../channel/target.js';
import { defineValue } from '../platform/properties.js';

const counts = (name: unknown): boolean => name === 'message' || name === 'disconnect';

export function countListeners(endpoint: Endpoint, listeners: OwnListeners): void {
  const { target, control } = endpoint;
  const { audience } = endpoint.inbox;
  if (runtime === 'Bun') {
    watchProcess(target, control, listeners);
    return;
  }
  listeners.add('newListener', function onNewListener(name) {
    if (counts(name)) control.refCounted();
  });
  listeners.add('removeListener', function onRemoveListener(name) {
    if (counts(name)) control.unrefCounted();
    if (name === 'message') audience.changed();
  });
  audience.changed();
}

/** The `process` of Bun emits no 'removeListener': whatever may have removed one has them counted again. */
function watchProcess(target: Target, control: Control, listeners: OwnListeners): void {
  let counted = 0;
  listeners.add('newListener', function onNewListener(name) {
    if (!counts(name)) return;
    counted += 1;
    control.refCounted();
  });
  const recount = (): void => {
    const now = target.listenerCount('message') + target.listenerCount('disconnect');
    for (; counted > now; counted--) control.unrefCounted();
  };
  // An emit() takes away what once() added.
  for (const name of ['emit', 'off', 'removeListener', 'removeAllListeners'] as const) {
    const original = target[name] as (...all: unknown[]) => unknown;
    const value = function (this: Target, ...all: unknown[]): unknown {
      try {
        return original.apply(this, all);
      } finally {
        if (all.length === 0 || counts(all[0])) recount();
      }
    };
    defineValue(target, name, value);
  }
}
