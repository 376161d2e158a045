import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { root } from '../../scripts/lib/paths.mjs';

const texts = new Map();

function textOf(source) {
  if (!texts.has(source)) {
    const options = { bundle: true, format: 'cjs', platform: 'node', write: false };
    texts.set(source, buildSync({ entryPoints: [source], ...options }).outputFiles[0].text);
  }
  return texts.get(source);
}

/** What the file `name` of src/ exports. Each call runs it again. `modules`: what it gets in place of others, by their names. */
export function fromSource(name, modules = {}) {
  const source = join(root, `src/${name}.ts`);
  const require = createRequire(source);
  const module = { exports: {} };
  new Function('module', 'require', textOf(source))(module, (id) => modules[id] ?? require(id));
  return module.exports;
}
