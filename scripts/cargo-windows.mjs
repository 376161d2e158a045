// Runs cargo for Windows, and what it builds under wine.
//
//   node scripts/cargo-windows.mjs test -p forkwire-sys
import { join } from 'node:path';
import { foreignRust } from './lib/foreign/rust.mjs';
import { wine, wineEnv } from './lib/foreign/wine.mjs';
import { cache } from './lib/paths.mjs';
import { become, explainAndExit } from './lib/run.mjs';

const TARGET = 'x86_64-pc-windows-gnu';

try {
  const env = await wineEnv(await foreignRust([TARGET]));
  env.CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER = wine;
  // Its build is kept apart from those of the other compilers.
  env.CARGO_TARGET_DIR ??= join(cache, 'foreign-target');
  const [command = 'test', ...rest] = process.argv.slice(2);
  await become('cargo', [command, '--target', TARGET, ...rest], env);
} catch (error) {
  explainAndExit(error);
}
