// Plugins of esbuild for the bundles of src/.
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { root } from './paths.mjs';

/**
 * Makes a variable of each primordial in a bundle with code that runs for each message. As properties of the module, which is an object without
 * a prototype, they would be looked up in its hash table whenever one is used, several times a message.
 *
 * @param {string[]} names of the primordials
 */
export const unpacked = (names) => ({
  name: 'unpacked',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\/primordials\.js$/ }, ({ kind }) =>
      kind === 'import-statement'
        ? { path: 'primordials', namespace: 'unpacked', sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'unpacked' }, () => {
      const lines = names.map((name) => `export const ${name} = given.${name};`);
      return { contents: ["const given = require('./primordials.js');", ...lines].join('\n') };
    });
    onResolve({ filter: /.*/, namespace: 'unpacked' }, ({ path }) => ({ path, external: true }));
  },
});

/** Packages that a program has if it uses what needs them. */
const PEERS = ['@nats-io/transport-node'];

/** @param {Record<string, string>} shared files that stay outside, by their names in dist/ */
export const outside = (shared) => ({
  name: 'outside',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ kind, path, resolveDir }) => {
      if (kind === 'entry-point' || isBuiltin(path)) return undefined;
      if (PEERS.includes(path)) return { path, external: true };
      if (!path.startsWith('.'))
        return { errors: [{ text: `forkwire has no runtime dependencies: ${path}` }] };
      const target = join(resolveDir, path);
      const found = Object.entries(shared).find(([, file]) => target === join(root, 'src', `${file}.js`));
      return found === undefined ? undefined : { path: `./${found[0]}.js`, external: true };
    });
  },
});

/** Puts one source in the place of another. @param {Record<string, string>} places */
export const replaced = (places) => ({
  name: 'replaced',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const found = places[relative(join(root, 'src'), join(resolveDir, path.replace(/\.js$/, '')))];
      return found === undefined ? undefined : { path: join(root, 'src', `${found}.ts`) };
    });
  },
});
