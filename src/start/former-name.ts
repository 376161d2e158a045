// `_channel`, the name of `channel` before Node 8.
import type { Target } from '../channel/target.js';
import { NumberParseInt, ObjectDefineProperty, process } from '../platform/primordials.js';

/** The first major version of Node without it (deprecation DEP0129). */
const REMOVED = 25;

let warned = false;

/** Old pools still use the former name to unref the channel, where Node has it. */
export function defineFormerName(target: Target): void {
  if (NumberParseInt(process.versions.node, 10) >= REMOVED) return;
  ObjectDefineProperty(target, '_channel', {
    __proto__: null,
    get() {
      warn();
      return target.channel;
    },
    set(channel: Target['channel']) {
      warn();
      target.channel = channel;
    },
    configurable: true,
    enumerable: false,
  } as PropertyDescriptor);
}

function warn(): void {
  if (warned) return;
  warned = true;
  process.emitWarning(
    '_channel is deprecated. Use ChildProcess.channel instead.',
    'DeprecationWarning',
    'DEP0129',
  );
}
