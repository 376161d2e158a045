// handOver(): a connection continues in another process.
import { invalidArgument } from '../errors.js';
import { readSignal } from '../promises/signal.js';
import type { ConnectionPeer, HandedConnection, HandOverOptions } from '../server-types.js';
import { contentsOf } from './contents.js';
import { Departure } from './departure.js';
import { setLeaving } from './leaving.js';
import { readName } from './name.js';
import { Peer } from './peer.js';

/** What it does to the connection begins before it returns: nothing is read from it any more. */
export async function handOver(
  to: ConnectionPeer,
  connection: HandedConnection,
  options: HandOverOptions = {},
): Promise<void> {
  const peer = Peer.of(to, 'to');
  if (typeof options !== 'object' || options === null)
    throw invalidArgument('options', 'of type object', options);
  const name = readName(options.name);
  const signal = readSignal(options.signal);
  const contents = contentsOf(connection);
  const { socket } = contents;
  setLeaving(socket, true);
  const departure = new Departure(contents);
  try {
    await departure.prepare();
    await peer.whenReceiving(name, signal);
    await peer.give(name, socket, departure.take(), departure.answered);
  } catch (error) {
    setLeaving(socket, false);
    departure.restore();
    throw error;
  }
  departure.finish();
}
