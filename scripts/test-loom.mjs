// Tries every interleaving of the threads that share a channel (crates/node/src/races.rs) with loom. Its build is kept
// apart: the flag that switches loom on would rebuild everything.
//
//   npm run test:loom
import { join } from 'node:path';
import { cache } from './lib/paths.mjs';
import { become, explainAndExit } from './lib/run.mjs';
import { requireRust } from './lib/toolchain.mjs';

try {
  const env = { ...requireRust(), CARGO_TARGET_DIR: join(cache, 'loom') };
  env.RUSTFLAGS = `${env.RUSTFLAGS ?? ''} --cfg forkwire_loom`.trim();
  await become(
    'cargo',
    ['test', '--locked', '--package', 'forkwire-node', 'races', ...process.argv.slice(2)],
    env,
  );
} catch (error) {
  explainAndExit(error);
}
