// receiveConnections(): connections of another process get to a server here.
import type { EventEmitter } from 'node:events';
import { invalidArgument } from '../errors.js';
import { process } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';
import type {
  ConnectionPeer,
  ConnectionServer,
  ReceiveConnectionsOptions,
  ReceivingConnections,
} from '../server-types.js';
import { alreadyReceiving } from './errors.js';
import { readName } from './name.js';
import { Peer } from './peer.js';
import { welcome } from './welcome.js';

export function receiveConnections(
  server: ConnectionServer,
  from: ConnectionPeer = process,
  options: ReceiveConnectionsOptions = {},
): ReceivingConnections {
  if (typeof (server as EventEmitter | null | undefined)?.emit !== 'function') {
    throw invalidArgument('server', 'a server that accepts connections', server);
  }
  const peer = Peer.of(from, 'from');
  if (typeof options !== 'object' || options === null)
    throw invalidArgument('options', 'of type object', options);
  const name = readName(options.name);
  if (peer.isReceiving(name)) throw alreadyReceiving(name);
  peer.receive(name, (socket, early, answered) => welcome(server, socket, early, answered));
  let open = true;
  const close = (): void => {
    if (open) peer.receiveNoMore(name);
    open = false;
  };
  const receiving = { close };
  defineValue(receiving, Symbol.dispose, close);
  return receiving as ReceivingConnections;
}
