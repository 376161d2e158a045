// Makes a clean checkout ready to run. Needs only Node's own modules, Rust and a C linker.
//
//   node scripts/setup.mjs [--force] [deps] [native] [ts]
//
// deps: npm packages · native: the addon, release build · ts: dist/. Without names, all three. --force builds
// native and ts even if they are current.
import { SetupError, explainAndExit } from './lib/run.mjs';
import { ALL, setup } from './lib/setup.mjs';

const words = process.argv.slice(2);
const parts = words.filter((word) => word !== '--force');
try {
  const unknown = parts.find((part) => !ALL.includes(part));
  if (unknown)
    throw new SetupError(`Unknown: ${unknown}\nusage: node scripts/setup.mjs [--force] [deps] [native] [ts]`);
  await setup(parts.length > 0 ? parts : ALL, { force: words.includes('--force') });
} catch (error) {
  explainAndExit(error);
}
