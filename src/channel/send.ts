// send(): sorts the arguments, refuses invalid ones, and passes the message to the addon.
import type { Endpoint } from './endpoint.js';
import { checkMessage } from './check-message.js';
import { channelClosed, invalidArgument } from '../errors.js';
import { sends } from '../observe/diagnostics.js';
import type { SendPublished } from '../observe/diagnostics.js';
import { sendAlone } from './send-alone.js';
import { sendWith } from './send-handles.js';
import { isInternal } from './internal-message.js';
import { loadExtra } from './load-extra.js';
import type { SendCallback } from '../types.js';
import { ArrayIsArray, nextTick } from '../platform/primordials.js';

/** The order of the checks is Node's: options, the channel, the message, its handle, its serialization. */
export function send(
  endpoint: Endpoint,
  message: unknown,
  handle: unknown,
  options: unknown,
  callback: unknown,
): boolean {
  if (handle === undefined && options === undefined) {
    // The usual call has nothing to sort.
  } else if (typeof handle === 'function') {
    callback = handle;
    handle = undefined;
    options = undefined;
  } else if (typeof options === 'function') {
    callback = options;
    options = undefined;
  } else if (
    options !== undefined &&
    (typeof options !== 'object' || options === null || ArrayIsArray(options))
  ) {
    throw invalidArgument('options', 'of type object', options);
  }
  const done = typeof callback === 'function' ? (callback as SendCallback) : undefined;
  if (!endpoint.connected) return refuse(endpoint, done);
  checkMessage(message);
  let accepted: boolean;
  endpoint.beginSend();
  try {
    accepted = sendChecked(endpoint, message, handle, options, done);
  } finally {
    endpoint.endSend();
  }
  if (sends.hasSubscribers) {
    sends.publish({ emitter: endpoint.target, message, handle, accepted } satisfies SendPublished);
  }
  return accepted;
}

function sendChecked(
  endpoint: Endpoint,
  message: unknown,
  handle: unknown,
  options: unknown,
  done: SendCallback | undefined,
): boolean {
  if (options === undefined) {
    return handle
      ? sendWith(endpoint, message, handle, false, done)
      : sendAlone(endpoint, message, isInternal(message), done);
  }
  const { keepOpen = false, swallowErrors = false, transfer } = { ...(options as Record<string, unknown>) };
  const settled = done ?? (swallowErrors ? ignore : undefined);
  if (transfer !== undefined) {
    return loadExtra().sendMoving(endpoint, message, handle, transfer, Boolean(keepOpen), settled);
  }
  if (handle) return sendWith(endpoint, message, handle, Boolean(keepOpen), settled);
  return sendAlone(endpoint, message, isInternal(message), settled);
}

/** The channel is closed, so the messages fail. */
export function refuse(endpoint: Endpoint, callback: SendCallback | undefined, messages = 1): false {
  const error = channelClosed();
  endpoint.monitor.failed(error, messages);
  if (callback === undefined) endpoint.failures.refused(error);
  else nextTick(callback, error);
  return false;
}

function ignore(): void {}
