// For a release, puts LICENSE into each platform's package: ours, and the licences of everything in the addon.
import { join } from 'node:path';
import { addLicence } from './lib/licences.mjs';
import { platformsOf, root } from './lib/paths.mjs';

for (const platform of platformsOf()) addLicence(join(root, 'npm', platform));
