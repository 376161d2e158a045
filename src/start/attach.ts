// What a ChildProcess and `process` get from having a channel, with the property attributes that Node gives them.
import { Endpoint } from '../channel/endpoint.js';
import { holdsLoop } from '../channel/control.js';
import { countListeners } from './listener-count.js';
import { defineFormerName } from './former-name.js';
import { statsOf } from '../observe/monitor.js';
import { listActive } from '../observe/active.js';
import { OwnListeners } from './own-listeners.js';
import { nextTick } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';
import type { Settings } from '../channel/settings.js';
import { send } from '../channel/send.js';
import { sendMany } from '../channel/send-many.js';
import { showChannel } from '../observe/show.js';
import type { Target } from '../channel/target.js';

interface Attached extends Target {
  send(message: unknown, handle?: unknown, options?: unknown, callback?: unknown): boolean;
  disconnect(): void;
}

/** Takes over `fd`, which is the parent's end if `forked`. Calls `onEnd` after 'disconnect', and `onExit` with 'exit'. */
export function attach(
  emitter: object,
  fd: number,
  settings: Settings,
  forked: boolean,
  onEnd?: () => void,
  onExit?: () => void,
): Endpoint {
  const target = emitter as Attached;
  const endpoint = new Endpoint(target, fd, settings, forked, () => {
    endpoint.monitor.trace?.end(statsOf(endpoint));
    hide();
    unlist();
    onEnd?.();
  });
  const hide = showChannel(endpoint);
  const { control } = endpoint;
  const unlist = listActive({ control, isActive: () => holdsLoop(control) });
  own(target, 'channel', control);
  defineFormerName(target);
  const listeners = new OwnListeners(target);
  listeners.add('internalMessage', function (message: { cmd: string }, _handle: unknown) {
    endpoint.lists.onInternalMessage(message);
    if (endpoint.announcement.hear(message)) endpoint.calls?.onAnnounced();
  });
  // 'newListener' comes before the listener is added: on the next tick it is there.
  listeners.add('newListener', function () {
    if (!endpoint.inbox.flowing) nextTick(startReceiving, endpoint);
  });
  if (onExit !== undefined) listeners.add('exit', onExit);
  if (!forked) countListeners(endpoint, listeners);
  own(target, 'send', function (message, handle, options, callback) {
    return send(endpoint, message, handle, options, callback);
  });
  defineSendMany(target, (messages, callback) => sendMany(endpoint, messages, callback));
  own(target, 'connected', true);
  own(target, 'disconnect', function () {
    endpoint.disconnect();
  });
  return endpoint;
}

/** Not enumerable: Node has no such member, and what is printed or copied looks as Node's does. */
export function defineSendMany(
  target: object,
  value: (messages: unknown, callback?: unknown) => boolean,
): void {
  defineValue(target, 'sendMany', value);
}

/** Like an assignment on Node. Other runtimes have accessors there, which an assignment would call. */
function own<K extends keyof Attached>(target: Attached, name: K, value: Attached[K]): void {
  defineValue(target, name, value, true);
}

function startReceiving(endpoint: Endpoint): void {
  endpoint.inbox.start();
}
