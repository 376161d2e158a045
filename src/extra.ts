// What a plain channel does not need, in one bundle that is loaded when something of it is first used.
import type { Extra } from './channel/extra.js';
import { HandleKind } from './addon/native.js';
import type { ReceivedHandle } from './addon/native.js';
import { Descriptor, ownerOf } from './descriptors/descriptor.js';
import { inheritedServers } from './descriptors/inherited-servers.js';
import { pack } from './descriptors/pack.js';
import { sendMoving } from './memory/moving.js';
import { SharedMemory, receiveMemory } from './memory/shared-memory.js';
import { SharedRing } from './memory/shared-ring.js';
import { adoptHandle, openPort } from './ports/adopt.js';
import { MessageChannel } from './ports/message-channel.js';
import { MessagePort } from './ports/message-port.js';
import { dispose } from './promises/dispose.js';
import { messages } from './promises/messages.js';
import { next } from './promises/next.js';
import { post } from './promises/post.js';
import { spares } from './prefork/spares.js';
import { calls, request, serve } from './requests/index.js';
import { handOver } from './servers/hand-over.js';
import { peekServerName } from './servers/peek-server-name.js';
import { receiveConnections } from './servers/receive-connections.js';
import { version } from './platform/version.js';

const extra: Extra = {
  version,
  dispose,
  messages,
  next,
  post,
  request,
  serve,
  calls,
  port: openPort as unknown as Extra['port'],
  adopt,
  pack,
  Descriptor: Descriptor as unknown as Extra['Descriptor'],
  inheritedServers,
  sendMoving: sendMoving as Extra['sendMoving'],
  MessageChannel: MessageChannel as unknown as Extra['MessageChannel'],
  MessagePort: MessagePort as unknown as Extra['MessagePort'],
  spares,
  SharedMemory: SharedMemory as unknown as Extra['SharedMemory'],
  SharedRing: SharedRing as unknown as Extra['SharedRing'],
  handOver,
  receiveConnections,
  peekServerName,
};

function adopt(end: object, handle: ReceivedHandle, buffered: string | undefined): unknown {
  if (handle.kind === HandleKind.sharedMemory) return receiveMemory(handle.fd);
  if (handle.kind === HandleKind.descriptor) return ownerOf(handle.fd, buffered);
  return adoptHandle(end as Parameters<typeof adoptHandle>[0], handle, buffered);
}

export = extra;
