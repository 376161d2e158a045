// Loaded by a process that has FORKWIRE_TOP=1, once, however many copies of forkwire's bundles it has.
import { listen } from './top/server.js';
import type { ChannelShown } from './top/shown.js';
import type { ChannelStats } from './stats.js';

/** One end of a channel, as it is asked for what is shown. */
export interface Source {
  readonly role: 'parent' | 'child';
  readonly wire: 'native' | 'node';
  /** The process at the other end; undefined if it did not start. */
  peer(): number | undefined;
  stats(): ChannelStats;
}

const sources = new Map<number, Source>();
let added = 0;
let opened = false;

/** Begins to listen for those who look. */
export function open(): void {
  if (opened) return;
  opened = true;
  listen(() => [...sources].map(describe));
}

/** Shows a channel; the result hides it. */
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
