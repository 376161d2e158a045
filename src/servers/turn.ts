// What has to be over before a connection can leave, and what must not happen after it has.
import type { IncomingMessage } from 'node:http';
import { Promise } from '../platform/primordials.js';
import { notMovable } from './errors.js';
import type { Socket } from './insides.js';

/**
 * Waits until earlier requests of the connection are answered.
 * @throws ERR_FORKWIRE_NOT_MOVABLE if the answer to this one has begun
 */
export async function waitForTurn(socket: Socket, request: IncomingMessage): Promise<void> {
  for (let first = socket._httpMessage; first?.req !== request; first = socket._httpMessage) {
    if (!first) throw notMovable('its request has been answered');
    const answered = first;
    await new Promise<void>((resolve) => answered.once('close', resolve));
    if (socket.destroyed) throw notMovable('it has closed');
  }
  if (socket._httpMessage?.headersSent === true) throw notMovable('the answer to its request has begun');
}

/** A write that is under way when the socket leaves would be cancelled. */
export function waitUntilWritten(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write('', (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/**
 * Takes away what a server of node:http does when a connection closes: it would report the request that has left as aborted.
 * The function is private to Node.
 */
export function silence(socket: Socket): void {
  for (const listener of socket.listeners('close') as (() => void)[]) {
    if (listener.name === 'bound socketOnClose') socket.off('close', listener);
  }
}
