// Rewrites THIRD-PARTY-LICENSES after a change of the dependencies.
//
//   npm run build:licences
import { writeFileSync } from 'node:fs';
import { collect, file } from './lib/licences.mjs';
import { explainAndExit } from './lib/run.mjs';

try {
  writeFileSync(file, await collect());
} catch (error) {
  explainAndExit(error);
}
