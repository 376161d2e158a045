import type { EventEmitter } from 'node:events';
import type {
  ChannelStats,
  DrainPublished,
  ErrorPublished,
  HandlePublished,
  MessagePublished,
  Published,
  ReceivedStats,
  SendPublished,
  SentStats,
} from 'forkwire';
import type { ChannelStats as InChild } from 'forkwire/child';
import { hasType, holds } from './claims.js';
import type { Equal } from './claims.js';

export function stats(all: ChannelStats): void {
  holds<Equal<ChannelStats, InChild>>();
  hasType<SentStats>()(all.sent);
  hasType<ReceivedStats>()(all.received);
  for (const counts of [all.sent, all.received]) {
    for (const name of ['messages', 'bytes', 'backlog', 'handlesInFlight', 'errors'] as const)
      hasType<number>()(counts[name]);
  }
  hasType<number>()(all.sent.drains);
  // @ts-expect-error 'drain' concerns only sent messages
  void all.received.drains;
  // @ts-expect-error counts are read
  all.sent.messages = 0;
}

export function published(
  send: SendPublished,
  message: MessagePublished,
  handle: HandlePublished,
  drain: DrainPublished,
  error: ErrorPublished,
): void {
  const all: Published[] = [send, message, handle, drain, error];
  hasType<EventEmitter | undefined>()(all[0]?.emitter);
  hasType<unknown>()(send.message);
  hasType<boolean>()(send.accepted);
  hasType<unknown>()(message.handle);
  hasType<'sent' | 'accepted' | 'refused' | 'failed' | 'received'>()(handle.step);
  hasType<number>()(handle.handles);
  hasType<Error>()(error.error);
  hasType<'sent' | 'received'>()(error.direction);
  hasType<number>()(error.messages);
}
