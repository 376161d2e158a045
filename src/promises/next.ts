// next(): one message.
import type { Endpoint } from '../channel/endpoint.js';
import type { NextOptions } from '../control-types.js';
import { channelClosed, invalidArgument } from '../errors.js';
import { Promise } from '../platform/primordials.js';
import { arrival } from './arrival.js';
import type { Message } from './kept.js';
import { holdLoop } from './loop-hold.js';
import { readOptions } from './options.js';
import { onAbort, readSignal, throwIfAborted } from './signal.js';
import { Takers } from './takers.js';
import type { Taker } from './takers.js';

type Filter = Taker['filter'];

/** `channel.next()`. Async, so that what is thrown is a rejection. */
export async function next(end: Endpoint, given?: NextOptions): Promise<unknown> {
  const { filter, handles, signal: wanted } = readOptions(given, ['filter', 'handles', 'signal']);
  if (filter !== undefined && typeof filter !== 'function') {
    throw invalidArgument('options.filter', 'of type function', filter);
  }
  const signal = readSignal(wanted);
  throwIfAborted(signal);
  const release = holdLoop(end);
  try {
    return arrival(await one(end, filter as Filter, signal), Boolean(handles));
  } finally {
    release();
  }
}

function one(end: Endpoint, filter: Filter, signal: AbortSignal | undefined): Promise<Message> {
  return new Promise((resolve, reject) => {
    const takers = Takers.of(end);
    const settle = <T>(how: (value: T) => void, value: T): void => {
      forget();
      how(value);
    };
    const taker: Taker = {
      filter,
      take: (message) => settle(resolve, message),
      fail: (error) => settle(reject, error),
      end: () => settle(reject, channelClosed()),
    };
    const forget = onAbort(signal, () => {
      takers.cancel(taker);
      reject(signal?.reason);
    });
    takers.ask(taker);
  });
}
