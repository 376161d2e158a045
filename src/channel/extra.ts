// What dist/extra.js has: everything that a plain channel does not need. It is loaded by the first call of one of these.
// docs/architecture.md says how something is added.
import type { ChildProcess } from 'node:child_process';
import type { MessageIterator, MessagesOptions, NextOptions, PostOptions } from '../control-types.js';
import type { ReceivedHandle } from '../addon/native.js';
import type { MessageChannel, MessagePort } from '../port-types.js';
import type { ChannelOptions, SendCallback } from '../types.js';
import type { Spares } from '../prefork-types.js';
import type { SharedMemoryConstructor, SharedRingConstructor } from '../memory-types.js';
import type { RequestOptions, Serving } from '../request-types.js';
import type { DescriptorConstructor, InheritedServer } from '../descriptor-types.js';
import type { Packed, PackOptions } from '../handles/packed.js';
import type {
  ConnectionPeer,
  ConnectionServer,
  HandedConnection,
  HandOverOptions,
  PeekOptions,
  ReceiveConnectionsOptions,
  ReceivingConnections,
} from '../server-types.js';
import type { Socket } from 'node:net';
import type { Calls } from './calls.js';

export interface Extra {
  /** To be compared with the version of the module that loads it. */
  readonly version: string;

  // What a ChildProcess has.
  dispose(child: ChildProcess, graceMs: number, signal: NodeJS.Signals | number): Promise<void>;

  // The methods of Control, which pass on their end of the channel (an Endpoint).
  messages(end: object, options?: MessagesOptions): MessageIterator<unknown>;
  next(end: object, options?: NextOptions): Promise<unknown>;
  post(end: object, message: unknown, options?: PostOptions): Promise<void>;
  request(end: object, message: unknown, options?: RequestOptions): Promise<unknown>;
  serve(end: object, handler: unknown): Serving;
  port(end: object, name: unknown): MessagePort;

  /** `send()` with the option `transfer`. */
  sendMoving(
    end: object,
    message: unknown,
    handle: unknown,
    transfer: unknown,
    keepOpen: boolean,
    callback: SendCallback | undefined,
  ): boolean;

  /** Makes a thing of a handle that came on the channel `end`. @throws if nothing can be made of it; it is closed then */
  adopt(end: object, handle: ReceivedHandle, buffered: string | undefined): unknown;

  /** See {@link PackOptions.packOther}. */
  pack(thing: object, options: PackOptions, socket?: Packed): Packed | undefined;

  readonly Descriptor: DescriptorConstructor;
  inheritedServers(): InheritedServer[];

  MessageChannel: new (options?: ChannelOptions) => MessageChannel;
  MessagePort: new () => MessagePort;

  /** prefork() and FORKWIRE_PREFORK. */
  readonly spares: Spares;
  readonly SharedMemory: SharedMemoryConstructor;
  readonly SharedRing: SharedRingConstructor;

  // Connections that continue in another process.
  handOver(to: ConnectionPeer, connection: HandedConnection, options?: HandOverOptions): Promise<void>;
  receiveConnections(
    server: ConnectionServer,
    from?: ConnectionPeer,
    options?: ReceiveConnectionsOptions,
  ): ReceivingConnections;
  peekServerName(socket: Socket, options?: PeekOptions): Promise<string | undefined>;

  /** The requests of an end, which it asks for once. */
  calls(end: object): Calls;
}
