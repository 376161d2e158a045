// Builds src/ into dist/: one CommonJS bundle per entry, ES module wrappers around them, and the declarations.
//
//   node scripts/build-ts.mjs [--lenient]     --lenient: type errors are reported, but do not fail the build
//
// Prints the files of dist/ that it has made, one per line.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, posix, relative } from 'node:path';
import { build, transform } from 'esbuild';
import { outside, replaced, unpacked } from './lib/bundle-plugins.mjs';
import { capturing, eager, hardened, pastLoader, unseen } from './lib/bundle-text.mjs';
import { BUNDLES, DIRECT, EAGER, FACES, SHARED, UNSEEN } from './lib/bundles.mjs';
import { LOADER, asPart, inTwoParts, lateModules, wrapped } from './lib/late-modules.mjs';
import { cache, commandOf, readJson, root } from './lib/paths.mjs';

const dist = join(root, 'dist');
const made = [];

const options = {
  absWorkingDir: root,
  bundle: true,
  charset: 'utf8',
  define: { FORKWIRE_VERSION: JSON.stringify(readJson(join(root, 'package.json')).version) },
  logLevel: 'warning',
  outdir: dist,
  platform: 'node',
  target: 'node20.19',
  write: false,
};

/** What a source file exports. */
async function namesOf(file) {
  const { metafile } = await build({
    ...options,
    entryPoints: [`src/${file}.ts`],
    format: 'esm',
    metafile: true,
  });
  return Object.values(metafile.outputs).flatMap(({ exports }) => exports);
}

async function bundles() {
  // This is compiled at every start of a child, so whatever nobody reads is left out. Lines are short because Node prints
  // the whole line of an uncaught exception.
  const bare = { charset: 'utf8', logLevel: 'warning', target: options.target, treeShaking: true };
  const terse = { legalComments: 'none', minifyWhitespace: true, lineLimit: 160 };
  for (const { sources, shared, late, places = {}, captures, wrap } of BUNDLES) {
    const entryPoints = Object.entries(sources).map(([out, file]) => ({ in: `src/${file}.ts`, out }));
    const plugins = [replaced(places), outside(shared)];
    if ('primordials' in shared) plugins.unshift(unpacked(await namesOf(shared.primordials)));
    const all = { ...options, ...terse };
    const aside = late && (await lateModules({ options: all, entryPoints, late, namesOf, plugins }));
    if (aside !== undefined) plugins.unshift(aside.plugin);
    const own = captures && (await build({ ...all, entryPoints: [`src/${captures}.ts`], format: 'cjs' }));
    const { outputFiles } = await build({ ...all, entryPoints, plugins, format: 'cjs' });
    for (const { path, text } of outputFiles) {
      const name = basename(path, '.js');
      let whole = hardened(text, shared);
      if (aside !== undefined) whole += LOADER;
      if (own !== undefined) whole = capturing(whole, hardened(own.outputFiles[0].text));
      const { code: bundled } = await transform(whole, { ...bare, ...terse });
      const compiled = eager(bundled, EAGER[name] ?? []);
      const direct = DIRECT.includes(name) ? pastLoader(compiled) : compiled;
      const code = wrap ? `${wrapped(direct)}\n` : direct;
      const second = aside && (await transform(asPart(hardened(aside.text, shared)), { ...bare, ...terse }));
      if (second === undefined) put(basename(path), UNSEEN.includes(name) ? unseen(name, code) : code);
      else put(basename(path), inTwoParts(code, second.code));
    }
  }
}

/** An ES module that only re-exports the CommonJS one, so that there is one instance however it is loaded. */
async function faces() {
  const entryPoints = FACES.map((name) => `src/${name}.ts`);
  const { metafile } = await build({
    ...options,
    entryPoints,
    plugins: [outside(SHARED)],
    format: 'esm',
    metafile: true,
  });
  for (const [path, { exports }] of Object.entries(metafile.outputs)) {
    const file = basename(path);
    const all = exports.includes('default') ? 'all.default' : 'all';
    const names = exports.filter((name) => name !== 'default').sort();
    const lines = names.map((name) => `export const ${name} = all.${name};\n`);
    put(
      file.replace(/\.js$/, '.mjs'),
      `${importOf(file, exports)}\n\n${lines.join('')}export default ${all};\n`,
    );
    put(
      file.replace(/\.js$/, '.d.mts'),
      `import * as all from './${file}';\n\nexport * from './${file}';\nexport default all${all.slice(3)};\n`,
    );
  }
}

/**
 * To import a CommonJS file, Node loads a lexer that looks for the names that it exports, which takes milliseconds. A file
 * that exports nothing needs none, but what is not imported would be reported under `node --watch`. The others are imported so that
 * bundlers find them.
 */
function importOf(file, exports) {
  if (exports.length > 1 || exports[0] !== 'default') return `import all from './${file}';`;
  return `const isReporting = process.env.WATCH_REPORT_DEPENDENCIES !== undefined;
const { createRequire } = process.getBuiltinModule('module');
const all = isReporting ? (await import('./${file}')).default : createRequire(import.meta.url)('./${file}');`;
}

function declarations(lenient) {
  const folder = join(cache, `types-${process.pid}`);
  const tsc = commandOf('typescript', 'tsc');
  try {
    const args = [tsc, '--project', 'tsconfig.build.json', '--outDir', folder];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    if (status !== 0) {
      const count = stdout.match(/error TS\d+/g)?.length;
      process.stdout.write(
        lenient && count ? `note: ${count} type errors, see \`npm run check\`\n` : stdout + stderr,
      );
      if (!lenient) process.exitCode = 1;
    }
    for (const file of reachable(folder)) put(file, readFileSync(join(folder, file), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The declarations that the entries refer to. The others describe internals that nobody can import. */
function reachable(folder) {
  const found = new Set();
  const queue = FACES.map((name) => `${name}.d.ts`);
  for (let file = queue.pop(); file; file = queue.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, path] of text.matchAll(/(?:from|import|import\()\s*['"](\.[^'"]+)\.js['"]/g)) {
      const target = posix.join(dirname(file), path);
      if (!target.startsWith('..')) queue.push(`${target}.d.ts`);
    }
  }
  return found;
}

/** Renamed into place: a program that runs while dist/ is rebuilt finds the old file or the new one. */
function put(name, text) {
  const file = join(dist, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  renameSync(`${file}.${process.pid}`, file);
  made.push(name);
}

function removeOthers() {
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !made.includes(relative(dist, path).replaceAll('\\', '/'))) rmSync(path);
  }
}

await bundles();
await faces();
declarations(process.argv.includes('--lenient'));
removeOthers();
if (!process.exitCode) for (const name of made) process.stdout.write(`dist/${name}\n`);
