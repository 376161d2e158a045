// Why a port cannot be sent.
import { wireLacks } from '../channel/wire-lacks.js';
import type { PackOptions } from '../handles/packed.js';
import { dataCloneError } from './errors.js';
import type { Origin } from './origin.js';

/**
 * @param waited whether somebody waits for its messages
 * @throws a DataCloneError that says what to do; ERR_FORKWIRE_WIRE
 */
export function checkMovable(
  { name, half }: Origin,
  { lists, nodeWire }: PackOptions,
  waited: boolean,
  serves: boolean,
): void {
  if (nodeWire) throw wireLacks('Sending a port');
  const what = whyNot(name, half?.carries(lists) === true, waited, serves);
  if (what !== undefined) throw dataCloneError(what);
}

function whyNot(
  name: string | undefined,
  carries: boolean,
  waited: boolean,
  serves: boolean,
): string | undefined {
  if (name !== undefined)
    return 'A port with a name belongs to its channel: send one of a new MessageChannel()';
  if (carries) return 'A port cannot be sent through itself or its other end: nobody could read it';
  if (waited) return 'Somebody waits for messages of the port: end the loop over messages() first';
  return serves ? 'The port serves requests: stop that before you send it' : undefined;
}
