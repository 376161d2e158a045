// Turns snapshots into rows: counters, and their rates per second.
import type { ChannelShown, ProcessShown } from '../../observe/top/shown.js';

export interface Rates {
  readonly messages: number;
  readonly bytes: number;
}

export interface Row extends ChannelShown {
  readonly pid: number;
  readonly thread: number;
  readonly program: string;
  /** Per second; null until there are two snapshots. */
  readonly sending: Rates | null;
  readonly receiving: Rates | null;
}

export type Order = 'messages' | 'backlog' | 'pid';

export const ORDERS: readonly Order[] = ['messages', 'backlog', 'pid'];

const WEIGHTS: Readonly<Record<Order, (row: Row) => number>> = {
  messages: ({ sending, receiving }) => (sending?.messages ?? 0) + (receiving?.messages ?? 0),
  backlog: ({ sent, received }) => sent.backlog + received.backlog,
  pid: () => 0,
};

/** One row per channel, the largest first. */
export function rowsOf(before: readonly ProcessShown[], now: readonly ProcessShown[], order: Order): Row[] {
  const rows = now.flatMap((snapshot) => {
    const earlier = before.find(({ pid, thread }) => pid === snapshot.pid && thread === snapshot.thread);
    return snapshot.channels.map((channel) => rowOf(snapshot, channel, earlier));
  });
  const weigh = WEIGHTS[order];
  return rows.sort((a, b) => weigh(b) - weigh(a) || a.pid - b.pid || a.thread - b.thread || a.id - b.id);
}

function rowOf(snapshot: ProcessShown, channel: ChannelShown, earlier: ProcessShown | undefined): Row {
  const { pid, thread, program, at } = snapshot;
  const former = earlier?.channels.find(({ id }) => id === channel.id);
  const seconds = (at - (earlier?.at ?? at)) / 1000;
  const rates = (way: 'sent' | 'received'): Rates | null => {
    if (former === undefined || seconds <= 0) return null;
    const each = (what: keyof Rates): number => (channel[way][what] - former[way][what]) / seconds;
    return { messages: each('messages'), bytes: each('bytes') };
  };
  return { pid, thread, program, ...channel, sending: rates('sent'), receiving: rates('received') };
}
