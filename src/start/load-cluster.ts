// Loads dist/cluster.js.
import type { Endpoint } from '../channel/endpoint.js';
import { given } from '../channel/load-extra.js';
import { CLUSTER } from '../platform/paths.js';
import { loadPrivately, requireFor } from '../platform/private-module.js';

/** What is in it. */
export interface ClusterBundle {
  distribute(endpoint: Endpoint): void;
  takeConnections(endpoint: Endpoint): void;
}

let loaded: ClusterBundle | undefined;

/** @throws what reading the file throws */
export function loadCluster(): ClusterBundle {
  loaded ??= loadPrivately(CLUSTER, requireFor(CLUSTER, given)) as ClusterBundle;
  return loaded;
}
