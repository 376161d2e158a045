// Messages of node:cluster (lib/internal/cluster/), as far as the distribution of connections concerns them.

/** Any of them. */
export interface ClusterMessage {
  readonly cmd: 'NODE_CLUSTER';
  readonly seq: number;
  readonly act?: string;
  readonly key?: string;
  readonly ack?: number;
  readonly accepted?: boolean;
}

/** What a worker asks for when a server is to listen. */
export interface Query extends ClusterMessage {
  readonly address: unknown;
  readonly port: unknown;
  readonly addressType: unknown;
  readonly fd: unknown;
  readonly index: unknown;
}

export function isClusterMessage(message: unknown): message is ClusterMessage {
  return (
    typeof message === 'object' && message !== null && (message as ClusterMessage).cmd === 'NODE_CLUSTER'
  );
}

/**
 * The names that a server can have in messages about it, as queryServer() in lib/internal/cluster/primary.js makes them: up to
 * Node 20 always with the index, and since Node 22 only for port 0.
 */
export function keysOf({ address, port, addressType, fd, index }: Query): [string, string] {
  const key = `${String(address)}:${String(port)}:${String(addressType)}:${String(fd)}`;
  return [key, `${key}:${String(index)}`];
}
