// A front passes each connection that it accepts to one of two HTTP servers in children. Each request has a connection of its own.
// The CPU time counts most, as in cluster.mjs.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Unsupported } from '../lib/unsupported.mjs';

const program = fileURLToPath(new URL('../children/front.cjs', import.meta.url));

const metrics = [
  { id: 'rate', label: 'rate', unit: 'conn/s', better: 'higher' },
  { id: 'front', label: 'CPU time of the front', unit: 'us', better: 'lower' },
  { id: 'servers', label: 'CPU time of the servers', unit: 'us', better: 'lower' },
];

/** `reusePort` of listen() came with these versions of Node. */
function canReusePort() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}

export function front({ name, title, count, maxRounds }) {
  async function run(way, scale) {
    if (globalThis.Deno) throw new Unsupported('Deno has no server that takes a connection that it is given');
    if (way === 'reuse-port' && !canReusePort()) throw new Unsupported('this Node has no `reusePort`');
    const { stdout } = await promisify(execFile)(process.execPath, [program, way, String(scale(count))]);
    const { wire, rate, parent, children } = JSON.parse(stdout);
    if ((wire === 'native') !== way.startsWith('forkwire'))
      throw new Error(`the children got the ${wire} wire`);
    return { rate, front: parent, servers: children };
  }

  return { name, title, topic: 'connections', metrics, maxRounds, run };
}
