// Assembles a toolchain for Windows in .cache/foreign/: Rust for x86_64-pc-windows-gnu, a linker, and wine to run
// the results. All of it comes from Debian packages, which are unpacked but not installed.
//
//   node scripts/setup-windows.mjs
import { foreignRust } from './lib/foreign/rust.mjs';
import { wineEnv } from './lib/foreign/wine.mjs';
import { explainAndExit, say } from './lib/run.mjs';

try {
  await wineEnv(await foreignRust(['x86_64-pc-windows-gnu']));
  say('the toolchain for Windows is ready');
} catch (error) {
  explainAndExit(error);
}
