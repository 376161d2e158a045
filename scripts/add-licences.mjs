// Puts LICENSE into each platform's package, for a release: ours, and those of what the addon contains.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { addLicence } from './lib/licences.mjs';
import { root } from './lib/paths.mjs';

for (const entry of readdirSync(join(root, 'npm'), { withFileTypes: true })) {
  if (entry.isDirectory()) addLicence(join(root, 'npm', entry.name));
}
