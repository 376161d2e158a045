/**
 * `fork()` and `spawn()` of node:child_process with a channel in Rust: the same API, several times the speed, and nothing
 * that was sent is lost by an orderly exit.
 *
 * @packageDocumentation
 */
import type * as PortTypes from './port-types.js';
import type { MessageChannelConstructor, MessagePortConstructor } from './port-types.js';
import { lazyClass } from './start/lazy-class.js';
import { loadChannels } from './start/load-channels.js';
import type * as Descriptors from './descriptor-types.js';
import type * as Memory from './memory-types.js';
import type { Untyped } from './request-types.js';

export { fork } from './start/fork.js';
export { prefork } from './start/prefork.js';
export { handOver, peekServerName, receiveConnections } from './start/servers.js';
export { spawn } from './start/spawn.js';

/** The class of {@link MessageChannel}. */
export const MessageChannel: MessageChannelConstructor = lazyClass('MessageChannel');
/** Two ports that are connected to each other, in this process until one of them is sent. */
export interface MessageChannel extends PortTypes.MessageChannel {}
/** For `instanceof`. Ports come from a MessageChannel, from `channel.port()`, and with messages. */
export const MessagePort: MessagePortConstructor = lazyClass('MessagePort');
/**
 * One end of a channel of its own, with the interface of Node's MessagePort, and `send()` of the channel beside it. Messages are
 * structured clones. It comes from `channel.port()`, from a {@link MessageChannel} or with a message, and it can be sent.
 * docs/ports.md describes its events and its life.
 *
 * @typeParam Remote the requests that the other side answers and the messages that it takes, as an interface: see docs/requests.md
 * @typeParam Local those of this side
 */
export interface MessagePort<Remote = Untyped, Local = Untyped> extends PortTypes.MessagePort<
  Remote,
  Local
> {}

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
  MessageSource,
  MessagesOptions,
  MessageWithHandles,
  NextOptions,
  PostOptions,
} from './control-types.js';
export type {
  MessageChannelConstructor,
  MessagePortConstructor,
  PortEvent,
  PortListener,
  PortListenerObject,
  PortTransfer,
} from './port-types.js';
export type { PreforkOptions, PreforkStats, Workers } from './prefork-types.js';
export type {
  AnswerOf,
  Handler,
  HandlerResult,
  ReceivedMessage,
  Reply,
  RequestContext,
  RequestOf,
  RequestOptions,
  SentMessage,
  Serving,
  Untyped,
} from './request-types.js';
export type {
  ConnectionPeer,
  ConnectionServer,
  HandedConnection,
  HandedRequest,
  HandOverOptions,
  PeekOptions,
  ReceiveConnectionsOptions,
  ReceivingConnections,
} from './server-types.js';
export type {
  ChannelOptions,
  ForkOptions,
  LifetimeOptions,
  MessageOptions,
  PortHandle,
  Send,
  SendMany,
  SendCallback,
  SendHandle,
  Serializable,
  SingleHandle,
  Wire,
} from './types.js';
export type {
  DescriptorConstructor,
  DescriptorReadOptions,
  DescriptorType,
  DescriptorWriteOptions,
  InheritedServer,
} from './descriptor-types.js';
export type {
  MemoryWaitOptions,
  MemoryWaitOutcome,
  RingReader,
  RingWriter,
  SharedMemoryConstructor,
  SharedRingConstructor,
  SharedRingOptions,
} from './memory-types.js';

/** See {@link DescriptorConstructor}. */
export const Descriptor: Descriptors.DescriptorConstructor = lazyClass('Descriptor');
/** An open descriptor of the system that is sent or was received. See docs/descriptors.md. */
export interface Descriptor extends Descriptors.Descriptor {}
export { inheritedServers } from './start/inherited-servers.js';

/** See {@link SharedMemoryConstructor} for its static methods. */
export const SharedMemory: Memory.SharedMemoryConstructor = lazyClass('SharedMemory');
/** Memory that several processes have mapped: what one of them writes, the others see. See docs/shared-memory.md. */
export interface SharedMemory extends Memory.SharedMemory {}

/** See {@link SharedRingConstructor} for its static methods. */
export const SharedRing: Memory.SharedRingConstructor = lazyClass('SharedRing');
/** A queue in shared memory, with one writer and one reader. See docs/shared-memory.md. */
export interface SharedRing extends Memory.SharedRing {}

// With FORKWIRE_TOP=1, `forkwire top` shows the program before it has a channel.
if (process.env['FORKWIRE_TOP'] === '1') loadChannels();
