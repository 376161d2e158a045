// Puts LICENSE into each platform's package, for a release: ours, and those of what the addon contains.
import { join } from 'node:path';
import { addLicence } from './lib/licences.mjs';
import { platformsOf, root } from './lib/paths.mjs';

for (const platform of platformsOf()) addLicence(join(root, 'npm', platform));
