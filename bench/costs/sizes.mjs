// The sizes of published files, in bytes.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, quiet } from '../../scripts/lib/npm.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { must } from '../../scripts/lib/run.mjs';

export async function sizes(addon) {
  const [npm, ...first] = npmCommand();
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts', ...quiet];
  const output = await must(npm, [...first, ...words], { cwd: root });
  const [{ size }] = JSON.parse(output.slice(output.indexOf('[')));
  return {
    [addon]: bytesOf(addon),
    // What a child loads,
    'dist/preload.js': bytesOf('dist/preload.js'),
    'dist/channels.js': bytesOf('dist/channels.js'),
    // and its parent: channels.js too and parent.js with its first child, and at start index.js
    'dist/parent.js': bytesOf('dist/parent.js'),
    'dist/index.js': bytesOf('dist/index.js'),
    'the npm package, packed': size,
  };
}

const bytesOf = (file) => statSync(join(root, file)).size;
