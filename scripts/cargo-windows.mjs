// Runs cargo for Windows, and its programs under wine, where `node` is Node for Windows.
//
//   npm run cargo:windows -- test -p forkwire-sys
import { TARGET, quick } from './lib/foreign/addon.mjs';
import { foreignRust } from './lib/foreign/rust.mjs';
import { wineEnv, wineRuns } from './lib/foreign/wine.mjs';
import { installNode } from './lib/nodes.mjs';
import { become, explainAndExit } from './lib/run.mjs';

try {
  const env = await wineEnv(await foreignRust([TARGET]));
  const { path } = await installNode('22', { os: 'win32', arch: 'x64' });
  const [command = 'test', ...rest] = process.argv.slice(2);
  await become('cargo', [command, '--target', TARGET, ...rest], { ...env, ...quick, ...wineRuns(path) });
} catch (error) {
  explainAndExit(error);
}
