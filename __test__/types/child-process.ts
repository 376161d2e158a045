import type { ChildProcess as NodeChildProcess, Serializable as NodeSerializable } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { once } from 'node:events';
import type { ChannelControl, ChannelStats, ChildProcess, SendHandle, SingleHandle, Wire } from 'forkwire';
import { hasType, holds } from './claims.js';
import type { Equal } from './claims.js';

declare function wantsNodes(child: NodeChildProcess): void;
declare function wantsEmitter(emitter: EventEmitter): void;

/** A ChildProcess of forkwire goes where Node's is wanted. The other way round `wire` is missing. */
export function assignable(child: ChildProcess, node: NodeChildProcess): void {
  wantsNodes(child);
  wantsEmitter(child);
  const several: NodeChildProcess[] = [child, node];
  const send: NodeChildProcess['send'] = child.send;
  void [several, send];
  void once(child, 'exit', { signal: AbortSignal.timeout(1) });
  // @ts-expect-error Node's has no `wire`
  const ours: ChildProcess = node;
  void ours;
}

export async function ending(start: () => ChildProcess): Promise<void> {
  await using child = start();
  hasType<Promise<void>>()(child[Symbol.asyncDispose]());
}

export function members(child: ChildProcess): void {
  holds<Equal<Wire, 'native' | 'node' | 'stock'>>();
  hasType<Wire>()(child.wire);
  hasType<boolean>()(child.connected);
  hasType<number | undefined>()(child.pid);
  hasType<Writable | null>()(child.stdin);
  hasType<Readable | null>()(child.stdout);
  hasType<number | null>()(child.exitCode);
  hasType<boolean>()(child.kill('SIGTERM'));
  hasType<void>()(child.disconnect());
  hasType<void>()(child.ref());
  hasType<void>()(child.unref());
  // @ts-expect-error read-only
  child.wire = 'stock';
  // @ts-expect-error read-only
  child.channel = null;
}

export function listeners(child: ChildProcess): void {
  child.on('message', (message, handle) => {
    hasType<NodeSerializable>()(message);
    child.send(message, handle as SendHandle | undefined);
  });
  child.once('exit', (code, signal) => {
    hasType<number | null>()(code);
    hasType<NodeJS.Signals | null>()(signal);
  });
  child.on('error', (error) => hasType<Error>()(error));
  child.on('close', (code) => hasType<number | null>()(code));
  child.on('disconnect', () => {}).on('spawn', () => {});
  // Beyond Node's events.
  child.on('drain', () => {}).off('drain', () => {});
}

export function channel(child: ChildProcess): void {
  hasType<ChannelControl | null | undefined>()(child.channel);
  child.channel?.ref();
  child.channel?.unref();
  child.channel?.refCounted();
  child.channel?.unrefCounted();
  hasType<number | undefined>()(child.channel?.fd);
  hasType<ChannelStats | undefined>()(child.channel?.stats?.());
  // @ts-expect-error absent once the channel has ended
  child.channel.ref();
  // @ts-expect-error absent on Node's own channel
  child.channel?.stats();
  // @ts-expect-error read-only
  if (child.channel) child.channel.fd = 1;
}

export async function promises(control: ChannelControl): Promise<void> {
  hasType<void>()(await control.post({ a: 1 }, { signal: AbortSignal.timeout(1) }));
  hasType<unknown>()(await control.next());
  hasType<{ a: number }>()(await control.next<{ a: number }>({ filter: () => true }));
  for await (const message of control.messages()) hasType<unknown>()(message);
  for await (const message of control.messages<{ a: number }>()) hasType<{ a: number }>()(message);
  for await (const [message, handles] of control.messages<string>({ handles: true })) {
    hasType<string>()(message);
    hasType<readonly (SingleHandle | undefined)[]>()(handles);
  }
  await using messages = control.messages();
  hasType<unknown>()((await messages.next()).value);
  // @ts-expect-error a message must be something
  await control.post(undefined);
  // @ts-expect-error a filter is a function
  await control.next({ filter: 'a' });
}
