// The defaults of a channel. A parent in Rust omits what it does not set, and the child then uses these.
import type { Settings } from './settings.js';

export const defaults: Settings = {
  serialization: 'json',
  wire: 'native',
  /** Bytes: two reads of a stock channel, which is also Node's threshold. */
  highWaterMark: 131_072,
  /** Bytes: the length of V8's longest string. */
  maxMessageSize: 536_870_912,
  /** Milliseconds: a person notices it, and it is shorter than the grace that service managers give. */
  flushTimeout: 3000,
  latency: 'balanced',
  ignoreLateSends: false,
};
