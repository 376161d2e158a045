import { fork } from 'forkwire';
import type { ChannelControl, Handler, RequestContext, Serving, Untyped } from 'forkwire';
import type { ParentChannel } from 'forkwire/child';
import { hasType } from './claims.js';

interface Sums {
  add(message: { op: 'add'; a: number; b: number }): number;
  join(message: { op: 'join'; words: string[] }): Promise<string>;
}

interface Prices {
  price(message: string): number;
}

export async function typed(channel: ChannelControl<Sums, Prices>): Promise<void> {
  hasType<number>()(await channel.request({ op: 'add', a: 1, b: 2 }));
  hasType<string>()(await channel.request({ op: 'join', words: [] }, { timeout: 1 }));
  const [sum, handles] = await channel.request({ op: 'add', a: 1, b: 2 }, { withHandles: true });
  hasType<number>()(sum);
  hasType<number>()(handles.length);
  // @ts-expect-error no such request
  await channel.request({ op: 'subtract' });
  // @ts-expect-error a word is missing
  await channel.request({ op: 'add', a: 1 });
  hasType<Serving>()(channel.serve((name) => name.length));
  channel.serve(async (name, context) => {
    hasType<string>()(name);
    hasType<RequestContext>()(context);
    hasType<AbortSignal>()(context.signal);
    return context.reply(3, []);
  });
  // @ts-expect-error a price is a number
  channel.serve(() => 'three');
}

export async function untyped(channel: ChannelControl): Promise<void> {
  hasType<unknown>()(await channel.request({ any: 'thing' }));
  using stop = channel.serve((message, { handles }) => [message, handles.length]);
  hasType<Serving>()(stop);
  // As a listener of 'message', it may say what it expects.
  channel.serve(async ({ a, b }: { a: number; b: number }) => a + b);
  channel.serve((message, { handles, reply }) => reply(message, handles[0] ? [handles[0]] : []));
  const handler: Handler = () => undefined;
  channel.serve(handler)();
  // @ts-expect-error not an option
  await channel.request(1, { retries: 2 });
}

export function starts(): void {
  hasType<ChannelControl<Sums, Prices> | null | undefined>()(fork<Sums, Prices>('file.js').channel);
  hasType<ChannelControl<Sums, Untyped> | null | undefined>()(fork<Sums>('file.js', []).channel);
}

export function child(parent: ParentChannel<Sums, Prices>): void {
  hasType<ChannelControl<Prices, Sums> | null>()(parent.control);
}
