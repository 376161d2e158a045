/**
 * `fork()` and `spawn()` of node:child_process with a channel in Rust: the same API, several times the speed, and nothing
 * that was sent is lost by an orderly exit.
 *
 * @packageDocumentation
 */
import type * as PortTypes from './port-types.js';
import { lazyClass } from './start/lazy-class.js';
import { loadChannels } from './start/load-channels.js';
import type { ChannelOptions } from './types.js';
import type * as Memory from './memory-types.js';

export { fork } from './start/fork.js';
export { prefork } from './start/prefork.js';
export { spawn } from './start/spawn.js';

/** Two connected ports. See {@link MessagePort}. */
export const MessageChannel: new (options?: ChannelOptions) => PortTypes.MessageChannel =
  lazyClass('MessageChannel');
export type MessageChannel = PortTypes.MessageChannel;
/** For `instanceof`. Ports come from a MessageChannel, from `channel.port()`, and with messages. */
export const MessagePort: new () => PortTypes.MessagePort = lazyClass('MessagePort');
export type MessagePort = PortTypes.MessagePort;

export type { SpawnOptions } from './start/spawn.js';
export type {
  DrainPublished,
  ErrorPublished,
  HandlePublished,
  MessagePublished,
  Published,
  SendPublished,
} from './observe/diagnostics.js';
export type { ForkwireError, ForkwireErrorCode } from './error-types.js';
export type { ChannelStats, ReceivedStats, SentStats } from './observe/stats.js';
export type { ChildProcess } from './child-types.js';
export type {
  ChannelControl,
  MessageIterator,
  MessagesOptions,
  MessageWithHandles,
  NextOptions,
  PostOptions,
} from './control-types.js';
export type { PortEvent, PortTransfer } from './port-types.js';
export type { PreforkOptions, PreforkStats, Workers } from './prefork-types.js';
export type {
  AnswerOf,
  Handler,
  Reply,
  RequestContext,
  RequestOf,
  RequestOptions,
  Serving,
  Untyped,
} from './request-types.js';
export type {
  ChannelOptions,
  ForkOptions,
  LifetimeOptions,
  MessageOptions,
  Send,
  SendMany,
  SendCallback,
  SendHandle,
  Serializable,
  SingleHandle,
  Wire,
} from './types.js';
export type {
  MemoryWaitOptions,
  MemoryWaitOutcome,
  RingReader,
  RingWriter,
  SharedRingOptions,
} from './memory-types.js';

/** See {@link SharedMemoryConstructor} for its static methods. */
export const SharedMemory: Memory.SharedMemoryConstructor = lazyClass('SharedMemory');
export type SharedMemory = Memory.SharedMemory;

/** See {@link SharedRingConstructor} for its static methods. */
export const SharedRing: Memory.SharedRingConstructor = lazyClass('SharedRing');
export type SharedRing = Memory.SharedRing;

// With FORKWIRE_TOP=1, `forkwire top` shows the program before it has a channel.
if (process.env['FORKWIRE_TOP'] === '1') loadChannels();
