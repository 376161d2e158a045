// Modules of a bundle that most processes never use. They are in the same file, so that no descriptor is needed to read them, but
// in a second part, which becomes a string of JavaScript, and is compiled, when it is first needed. In their place, the others
// import functions that load all of these modules when the first of them is called. So only functions can be imported from them.
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { root } from './paths.mjs';

const src = join(root, 'src');
const fileOf = (path) => relative(src, path).replaceAll('\\', '/').replace(/\.ts$/, '');
const sourceOf = (resolveDir, path) => fileOf(join(resolveDir, path.replace(/\.js$/, '.ts')));
const quoted = JSON.stringify;

/**
 * @param {object} how
 * @param {object} how.options of esbuild
 * @param {{ in: string, out: string }[]} how.entryPoints the bundle
 * @param {string[]} how.late the sources of the late modules
 * @param {(file: string) => Promise<string[]>} how.namesOf what a source exports
 * @param {import('esbuild').Plugin[]} how.plugins of the bundle
 * @returns a plugin for the bundle, and the text of the late modules, for {@link asPart}
 */
export async function lateModules({ options, entryPoints, late, namesOf, plugins }) {
  const names = Object.fromEntries(await Promise.all(late.map(async (file) => [file, await namesOf(file)])));
  const early = await inputsOf({ ...options, entryPoints, plugins: [standIns(names, {}), ...plugins] });
  const bundle = { ...options, stdin: { contents: entryOf(late), resolveDir: src } };
  const linked = await build({
    ...bundle,
    format: 'esm',
    plugins: [shares(early, late, linkTo), ...plugins],
  });
  const used = importsOf(linked.outputFiles[0].text);
  const { outputFiles } = await build({
    ...bundle,
    format: 'cjs',
    plugins: [given(early, late, used), ...plugins],
  });
  return { plugin: standIns(names, used), text: outputFiles[0].text };
}

const CAPTURED = 'require("./captured.js")';

/** What the stand-ins call, in the first part. */
export const LOADER = `
function $late(given){given.captured=()=>${CAPTURED};return require("./late.js")(given)}`;

/** A text as the second part. What is captured of JavaScript may be in the first: see capturing() in bundle-text.mjs. */
export const asPart = (text) => `const $given=module.given;${text.replaceAll(CAPTURED, '$given.captured()')}`;

/**
 * A file of two parts. The last line has the number of bytes and of lines before the second: see loadBundle() in
 * src/platform/private-module.ts.
 */
export function inTwoParts(first, second) {
  const before = `${wrapped(first)}\n`;
  const numbers = [Buffer.byteLength(before), before.split('\n').length - 1];
  return `${before}${wrapped(second)}\n//${`[${numbers}]`.padEnd(TRAILER - '//\n'.length)}\n`;
}

/** As V8 is to compile it: to wrap so large a text in the child would copy it. The first line has the wrapper's length as its offset. */
export const wrapped = (text) =>
  `(function (exports, require, module, __filename, __dirname, process) { ${text}})`;

/** Bytes, as in private-module.ts. */
const TRAILER = 32;

function entryOf(late) {
  const imports = late.map((file, at) => `import * as m${at} from './${file}.ts';`);
  return `${imports.join('\n')}\nexport const modules = {${late.map((file, at) => `${quoted(file)}: () => m${at}`)}};`;
}

/** The sources of a bundle. */
async function inputsOf(options) {
  const { metafile } = await build({ ...options, format: 'cjs', metafile: true });
  return Object.keys(metafile.inputs).map((path) => fileOf(join(root, path)));
}

/** What a text imports from modules that {@link linkTo} has left outside. */
function importsOf(text) {
  const used = {};
  for (const [, list, file] of text.matchAll(/import\s?\{([^}]*)\}\s?from\s?"early:([^"]*)"/g)) {
    const names = list.split(',').map((item) => item.trim().split(' as ')[0]);
    used[file] = [...new Set([...(used[file] ?? []), ...names])];
  }
  return used;
}

/** Replaces the late modules, in what imports from them. */
const standIns = (names, used) => ({
  name: 'stand-ins',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = sourceOf(resolveDir, path);
      return file in names ? { path: file, namespace: 'stand-in' } : undefined;
    });
    onResolve({ filter: /^late:/ }, () => ({ path: 'late', namespace: 'late' }));
    onLoad({ filter: /.*/, namespace: 'late' }, () => ({ contents: loaderOf(used), resolveDir: src }));
    onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({
      contents: standInsFor(path, names[path]),
      resolveDir: src,
    }));
  },
});

/** Loads the late modules with what they use of the others. */
function loaderOf(used) {
  const imports = Object.entries(used).map(
    ([file, names], at) =>
      `import { ${names.map((name) => `${name} as ${name}$${at}`)} } from './${file}.ts';`,
  );
  const all = Object.entries(used).map(
    ([file, names], at) =>
      `${quoted(file)}: {__proto__: null, ${names.map((name) => `${name}: ${name}$${at}`)}}`,
  );
  return `${imports.join('\n')}
let modules;
export const late = (file) => (modules ??= $late({__proto__: null, ${all}}).modules)[file]();`;
}

/** After the first call of one of them, the names are those of the functions themselves. */
function standInsFor(file, names) {
  const lines = names.map(
    (name) => `export let ${name} = (...all) => { load(); return ReflectApply(${name}, undefined, all); };`,
  );
  return `import { late } from 'late:';
import { ReflectApply } from './platform/primordials.js';
${lines.join('\n')}
function load() { ({${names}} = late(${quoted(file)})); }`;
}

const shares = (early, late, placeOf) => ({
  name: 'shares',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      const file = sourceOf(resolveDir, path);
      if (kind !== 'import-statement' || late.includes(file)) return undefined;
      return early.includes(file) ? placeOf(file) : undefined;
    });
  },
});

/** Leaves the import in the text. */
const linkTo = (file) => ({ path: `early:${file}`, external: true });

/** In the late modules, makes variables of what they use of the others. */
const given = (early, late, used) => ({
  name: 'given',
  setup(context) {
    shares(early, late, (file) => ({ path: file, namespace: 'early' })).setup(context);
    context.onLoad({ filter: /.*/, namespace: 'early' }, ({ path }) => ({
      contents: used[path]
        .map((name) => `export const ${name} = $given[${quoted(path)}].${name};`)
        .join('\n'),
    }));
  },
});
