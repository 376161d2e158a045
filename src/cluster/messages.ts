// Messages of node:cluster (lib/internal/cluster/), as far as the distribution of connections concerns them, and our own.

/** Any of Node's. */
export interface ClusterMessage {
  readonly cmd: 'NODE_CLUSTER';
  readonly seq: number;
  readonly act?: string;
  readonly key?: string;
  readonly ack?: number;
  readonly accepted?: boolean;
  readonly errno?: unknown;
  /** Set in the answer to a query, if connections will be distributed. */
  readonly sockname?: unknown;
}

/** What a worker asks for when a server is to listen. */
export interface Query extends ClusterMessage {
  readonly address: unknown;
  readonly port: unknown;
  readonly addressType: unknown;
  readonly fd: unknown;
  readonly index: unknown;
}

export const Command = {
  /** From a worker: a server of this name takes connections from the queue, under a number. */
  ready: 'NODE_FORKWIRE_CLUSTER_READY',
  /** From a worker: it has no descriptor left for what is in the queue. */
  full: 'NODE_FORKWIRE_CLUSTER_FULL',
  /** From a worker: it has no queue, since its end was lost on the way or cannot be opened. */
  noQueue: 'NODE_FORKWIRE_CLUSTER_NO_QUEUE',
  /** To a worker: comes with its end of the queue. */
  queue: 'NODE_FORKWIRE_CLUSTER_QUEUE',
} as const;

export interface Ready {
  readonly cmd: typeof Command.ready;
  readonly key: string;
  readonly index: number;
}

export function isClusterMessage(message: unknown): message is ClusterMessage {
  return commandOf(message) === 'NODE_CLUSTER';
}

/** A malformed one is none. */
export function isReady(message: unknown): message is Ready {
  if (commandOf(message) !== Command.ready) return false;
  const { key, index } = message as Partial<Ready>;
  return typeof key === 'string' && typeof index === 'number' && index >= 0 && index <= 0xff_ff_ff_ff;
}

export function commandOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null ? (message as { cmd?: unknown }).cmd : undefined;
}

/**
 * The names that a server can have in messages about it, as queryServer() in lib/internal/cluster/primary.js makes them: up to
 * Node 20 always with the index, and since Node 22 only for port 0.
 */
export function keysOf({ address, port, addressType, fd, index }: Query): [string, string] {
  const key = `${String(address)}:${String(port)}:${String(addressType)}:${String(fd)}`;
  return [key, `${key}:${String(index)}`];
}
