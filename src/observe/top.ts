// Loaded once by a process with FORKWIRE_TOP=1, even if it has several of forkwire's bundles.
import { listen } from './top/server.js';
import type { ChannelShown } from './top/shown.js';
import type { ChannelStats } from './stats.js';

/** One end of a channel, queried for each snapshot. */
export interface Source {
  readonly role: 'parent' | 'child' | 'port';
  readonly wire: 'native' | 'node';
  /** The id of the process at the other end. Undefined if it did not start. */
  peer(): number | undefined;
  stats(): ChannelStats;
}

const sources = new Map<number, Source>();
let added = 0;
let opened = false;

/** Starts listening for `forkwire top`. */
export function open(): void {
  if (opened) return;
  opened = true;
  listen(() => [...sources].map(describe));
}

/** Shows a channel. Call the result to hide it. */
export function show(source: Source): () => void {
  open();
  const id = ++added;
  sources.set(id, source);
  return () => void sources.delete(id);
}

function describe([id, source]: [number, Source]): ChannelShown {
  const { role, wire } = source;
  return { id, role, wire, peer: source.peer() ?? null, ...source.stats() };
}
