// Builds the addon for a target as it would be published, into the top of the checkout:
//
//   node scripts/build-addon.mjs x86_64-unknown-linux-gnu [ARGUMENTS OF napi build]
import { buildAddon } from './lib/native.mjs';
import { SetupError, explainAndExit } from './lib/run.mjs';
import { requireRust } from './lib/toolchain.mjs';

try {
  const [target, ...args] = process.argv.slice(2);
  if (target === undefined || target.startsWith('-'))
    throw new SetupError('usage: node scripts/build-addon.mjs TARGET [ARGUMENTS OF napi build]');
  await buildAddon(requireRust(), { target, output: '.', args });
} catch (error) {
  explainAndExit(error);
}
