// The second argument of postMessage().
import { invalidArgument } from '../errors.js';
import { dataCloneError, invalidTransfer } from './errors.js';
import { ArrayBuffer, ArrayIsArray, ArrayPrototypePush, SafeSet } from '../platform/primordials.js';

export interface TransferList {
  /** What travels as a handle. */
  readonly handles: unknown[];
  /** What goes along with the message. */
  readonly buffers: ArrayBuffer[];
}

/**
 * @throws ERR_INVALID_ARG_TYPE for what is neither an array nor an object with one
 * @throws DataCloneError if something is in it twice, or the port itself
 */
export function readTransferList(given: unknown, port: object): TransferList {
  const list: TransferList = { handles: [], buffers: [] };
  const items = itemsOf(given);
  const seen = new SafeSet<unknown>();
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item === port) throw dataCloneError('Transfer list contains source port');
    if (seen.has(item)) throw dataCloneError('Transfer list contains the same object twice');
    seen.add(item);
    if (item instanceof ArrayBuffer) ArrayPrototypePush(list.buffers, item);
    else if (typeof item === 'object' && item !== null) ArrayPrototypePush(list.handles, item);
    else throw invalidTransfer();
  }
  return list;
}

function itemsOf(given: unknown): readonly unknown[] {
  if (given === undefined || given === null) return [];
  if (ArrayIsArray(given)) return given;
  if (typeof given !== 'object') {
    throw invalidArgument('transferList', 'an instance of Array, or of type object', given);
  }
  const { transfer } = given as { transfer?: unknown };
  if (transfer === undefined) return [];
  if (!ArrayIsArray(transfer)) throw invalidArgument('options.transfer', 'an instance of Array', transfer);
  return transfer;
}
