import { createRequire } from 'node:module';
import { endWithTest, fixture } from './child.mjs';

const { spawn } = createRequire(import.meta.url)('../../dist/index.js');

/** Keeps Node from the channel: the child's program alone speaks on it. */
const HIDE = 'RAW_FD=$NODE_CHANNEL_FD; export RAW_FD; unset NODE_CHANNEL_FD; exec "$0" "$@"';

/** A child that breaks the rules of a wire. `args` are those of the fixture. */
export function startRawPeer(t, options, ...args) {
  const child = spawn('/bin/sh', ['-c', HIDE, process.execPath, fixture('raw-peer.cjs'), ...args], {
    ...options,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  endWithTest(t, child);
  return child;
}
