// Topics: cases with a table of their own, since what they compare is not a channel but what programs build on one. All run on
// the Node that runs the benchmark; with --peers, Bun and Deno run the first one too.
import { prepareContestant } from './contestants.mjs';

/**
 * What each contestant is called in the table; the first two are the pair. `page`: the one of docs/ that has the table, if it is not
 * performance.md.
 */
export const topics = {
  requests: {
    title: 'Requests',
    contestants: {
      stock: 'by hand over stock',
      forkwire: 'forkwire',
      'forkwire-send': 'by hand over forkwire',
      birpc: 'birpc over stock',
      comlink: 'Comlink over stock',
      threads: 'by hand over worker_threads',
    },
  },
  connections: {
    title: 'Connections of a front',
    contestants: {
      stock: 'send() over stock',
      forkwire: 'handOver() of a connection',
      'forkwire-send': 'send() over forkwire',
      'forkwire-request': 'handOver() of a request',
      'reuse-port': 'SO_REUSEPORT, no front',
    },
  },
  memory: {
    title: 'Shared memory',
    page: 'shared-memory.md',
    contestants: {
      stock: 'Buffers over stock',
      forkwire: 'forkwire',
      'forkwire-send': 'Buffers over forkwire',
      threads: 'worker_threads',
      memcpy: 'memcpy',
      'memcpy-far': 'memcpy out of cache',
    },
  },
  prefork: {
    title: 'Starting children',
    page: 'prefork.md',
    contestants: {
      stock: 'node:child_process',
      forkwire: 'forkwire, from a spare',
      'forkwire-send': 'forkwire, `fork()`',
    },
  },
};

const NEED_CLIENTS = new Set(['birpc', 'comlink']);
const PEERS = ['bun', 'deno'];

/** The contestants of a topic, as `prepareContestant()` gives them. Those that cannot be had are left out, with a note. */
export async function prepareTopic(topic, peers) {
  const prepared = [];
  const names = [...Object.keys(topics[topic].contestants), ...PEERS.filter((name) => peers.includes(name))];
  for (const name of names) {
    try {
      prepared.push(await prepareOne(name, topics[topic].contestants[name]));
    } catch (error) {
      console.error(`without ${name}: ${error.message.trim()}`);
    }
  }
  return prepared;
}

/** `label`: none for a peer. */
async function prepareOne(name, label) {
  if (label === undefined) return prepareContestant(name);
  const env = NEED_CLIENTS.has(name) ? { FORKWIRE_BENCH_CLIENTS: await clientsFolder() } : {};
  return { ...(await prepareContestant('stock')), name, label, implementation: name, env };
}

/** Only a checkout can install programs: the published package cannot. */
async function clientsFolder() {
  const { installClients } = await import('../../scripts/lib/programs.mjs').catch(() => {
    throw new Error('it is installed in a checkout only');
  });
  return installClients();
}
