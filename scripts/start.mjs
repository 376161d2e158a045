// Sets up what is needed, then runs a program of this checkout in its place.
//
//   node scripts/start.mjs <file> [arguments...]
import { join } from 'node:path';
import { withoutExtraCerts } from './lib/extra-certs.mjs';
import { root } from './lib/paths.mjs';
import { become, explainAndExit } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';

const [file, ...args] = process.argv.slice(2);
await setup().catch(explainAndExit);
await become(process.execPath, [join(root, file), ...args], withoutExtraCerts(process.env));
