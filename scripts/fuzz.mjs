// Fuzzes the decoders and the connections with cargo-fuzz, which is installed into .cache/fuzz/. It needs a nightly
// toolchain of Rust and a C++ compiler (for libFuzzer).
//
//   npm run fuzz                     every target, a minute each
//   npm run fuzz -- 300              five minutes each
//   npm run fuzz -- 300 native v8    these targets
//
// Findings are in fuzz/artifacts/. Turn each into a test in crates/proto/tests.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fillCorpus } from './lib/fuzz-seeds.mjs';
import { cache, root } from './lib/paths.mjs';
import { SetupError, capture, explainAndExit, say, step, withPath } from './lib/run.mjs';
import { requireRust } from './lib/toolchain.mjs';

const CARGO_FUZZ = '0.13.2';

const words = process.argv.slice(2);
const seconds = Number(words.find((word) => /^\d+$/.test(word)) ?? 60);
const named = words.filter((word) => !/^\d+$/.test(word));
const known = readdirSync(join(root, 'fuzz', 'fuzz_targets')).map((file) => file.replace(/\.rs$/, ''));

try {
  const env = await prepare();
  const failed = [];
  for (const target of named.length > 0 ? named : known) {
    if (!known.includes(target))
      throw new SetupError(`There is no target ${target}; there are: ${known.join(', ')}`);
    if (!run(env, target)) failed.push(target);
  }
  if (failed.length > 0) throw new SetupError(`Findings in: ${failed.join(', ')} (see fuzz/artifacts/)`);
} catch (error) {
  explainAndExit(error);
}

/** @returns {Promise<NodeJS.ProcessEnv>} with cargo-fuzz on its PATH */
async function prepare() {
  const env = requireRust();
  const nightly = spawnSync('cargo', ['+nightly', '--version'], { env });
  if (nightly.status !== 0)
    throw new SetupError('A nightly Rust is needed: rustup toolchain install nightly --profile minimal');
  const folder = join(cache, 'fuzz');
  const bin = join(folder, 'bin');
  if (!existsSync(join(bin, 'cargo-fuzz'))) {
    await step(`installing cargo-fuzz ${CARGO_FUZZ}`, async () => {
      const args = ['install', 'cargo-fuzz', '--locked', '--version', CARGO_FUZZ, '--root', folder];
      const { code, output } = await capture('cargo', args, { env });
      if (code !== 0) throw new SetupError(`${output}\ncargo-fuzz could not be installed.`);
    });
  }
  return withPath(env, bin, 'first');
}

function run(env, target) {
  const corpus = join(root, 'fuzz', 'corpus', target);
  mkdirSync(corpus, { recursive: true });
  fillCorpus(target, corpus);
  say(`${target} for ${seconds} s`);
  const limits = [`-max_total_time=${seconds}`, '-max_len=8192', '-timeout=10', '-rss_limit_mb=1024'];
  const args = ['+nightly', 'fuzz', 'run', target, '--', ...limits, '-print_final_stats=1', '-verbosity=0'];
  return spawnSync('cargo', args, { env, cwd: root, stdio: 'inherit' }).status === 0;
}
