// MessageChannel: two ports that are connected to each other.
import { readSettings } from '../channel/read-settings.js';
import { End } from './end.js';
import { Half } from './half.js';
import { makePort } from './message-port.js';
import type { MessagePort } from './message-port.js';
import { readOptions } from '../promises/options.js';
import type { ChannelOptions } from '../types.js';

const NAMES = ['highWaterMark', 'maxMessageSize', 'flushTimeout', 'latency', 'ignoreLateSends'];

export class MessageChannel {
  readonly port1: MessagePort;
  readonly port2: MessagePort;

  /** @throws EMFILE, ENFILE; ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE */
  constructor(options?: ChannelOptions) {
    const settings = {
      ...readSettings(readOptions(options, NAMES)),
      serialization: 'advanced',
      beside: null,
    } as const;
    const [one, other] = End.pair();
    const [half, otherHalf] = Half.pair();
    this.port1 = makePort({ ends: [one], settings, half });
    this.port2 = makePort({ ends: [other], settings, half: otherHalf });
  }
}
