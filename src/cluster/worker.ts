// A worker's side: connections come from the primary, and Node's code says of each whether it takes it.
import type { Endpoint } from '../channel/endpoint.js';
import { receive } from '../channel/receive.js';
import { HandleKind } from '../addon/native.js';
import type { Family, ReceivedHandle } from '../addon/native.js';
import { openStream } from '../handles/wraps.js';
import { JSONParse, SafeMap, StringPrototypeStartsWith } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';
import { isClusterMessage } from './messages.js';
import { NEWCONN } from './newconn.js';

/** A single connection that came as a number. */
const TCP = { kind: HandleKind.netNative, note: '', family: 'tcp' };

type Send = (message: unknown, handle: unknown, options: unknown, callback: unknown) => boolean;

/**
 * The answer of Node's code is not sent as a message, but is the answer of the channel for the handle. The kernel has it before
 * the program gets the connection: if this process dies, its primary knows which connections no program had.
 */
export function takeConnections(endpoint: Endpoint): void {
  const { native, target } = endpoint;
  const { answer } = native.deferAnswers();
  /** The handle groups of connections that are not answered for, by the numbers of their messages. */
  const groups = new SafeMap<number, number>();
  const { send } = target as unknown as { send: Send };

  endpoint.onDeferred = (format, payload, handles, position, group) => {
    const all = typeof handles === 'number' ? [{ ...TCP, fd: handles }] : handles;
    const [handle] = all as [ReceivedHandle];
    if (typeof payload !== 'string' || !StringPrototypeStartsWith(payload, NEWCONN)) {
      answer(group, true);
      receive(endpoint, format, payload, true, all, position);
      return;
    }
    let message: { seq: number };
    let wrap: object;
    try {
      message = JSONParse(payload) as { seq: number };
      wrap = openStream(handle.family as Family, handle.fd);
    } catch (cause) {
      answer(group, false);
      endpoint.onHandleFault(cause);
      return;
    }
    endpoint.monitor.handles('received', 1);
    groups.set(message.seq, group);
    target.emit('internalMessage', message, wrap);
  };

  defineValue(
    target,
    'send',
    function (message: unknown, handle: unknown, options: unknown, callback: unknown) {
      if (isClusterMessage(message) && message.accepted !== undefined) {
        const group = groups.get(message.ack as number);
        if (group !== undefined) {
          groups.delete(message.ack as number);
          answer(group, message.accepted);
          return true;
        }
      }
      return send(message, handle, options, callback);
    },
    true,
  );
}
