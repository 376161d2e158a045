// Builds the API references, with TypeDoc for TypeScript and rustdoc for Rust. Every warning is an error, so that
// nothing public stays undocumented.
//
//   npm run docs            into .cache/docs/
//   npm run docs -- FOLDER
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { cache, root } from './lib/paths.mjs';
import { installTypedoc } from './lib/programs.mjs';
import { explainAndExit, must, say, step } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';
import { requireRust } from './lib/toolchain.mjs';

const folder = resolve(process.argv[2] ?? join(cache, 'docs'));

try {
  await setup(['deps']);
  mkdirSync(folder, { recursive: true });
  await step('the TypeScript reference (TypeDoc)', typescript);
  await step('the Rust reference (rustdoc)', rust);
  for (const page of [join('typescript', 'index.html'), join('rust', 'forkwire', 'index.html')])
    say(`written: ${relative(process.cwd(), join(folder, page))}`);
} catch (error) {
  explainAndExit(error);
}

async function typescript() {
  const typedoc = await installTypedoc();
  const args = ['--options', join(root, 'typedoc.json'), '--out', join(folder, 'typescript')];
  await must(process.execPath, [typedoc, ...args]);
}

async function rust() {
  const crates = ['forkwire', 'forkwire-proto', 'forkwire-sys'].flatMap((name) => ['-p', name]);
  const env = { ...requireRust(), RUSTDOCFLAGS: '-D warnings' };
  const made = join(env.CARGO_TARGET_DIR ?? join(root, 'target'), 'doc');
  rmSync(made, { recursive: true, force: true }); // pages of what was renamed since
  await must('cargo', ['doc', '--locked', '--no-deps', '--all-features', ...crates], { env });
  const place = join(folder, 'rust');
  rmSync(place, { recursive: true, force: true });
  cpSync(made, place, { recursive: true });
}
