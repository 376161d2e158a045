// The tests of the crates under the address sanitizer, which finds what unsafe code may do wrong: memory that is used
// after its end or beyond it, and leaks. It needs a nightly toolchain of Rust. (Miri runs no system calls on sockets,
// and the thread sanitizer needs a standard library that is built with it.)
//
//   npm run test:sanitize
//   npm run test:sanitize -- --package forkwire-sys
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cache } from './lib/paths.mjs';
import { SetupError, become, explainAndExit } from './lib/run.mjs';
import { requireRust } from './lib/toolchain.mjs';

const CRATES = ['forkwire-proto', 'forkwire-sys', 'forkwire'];

try {
  const env = { ...requireRust(), CARGO_TARGET_DIR: join(cache, 'sanitize') };
  const nightly = spawnSync('rustc', ['+nightly', '--version', '--verbose'], { env, encoding: 'utf8' });
  const host = /^host: (.+)$/m.exec(nightly.stdout ?? '')?.[1];
  if (!host)
    throw new SetupError('A nightly Rust is needed: rustup toolchain install nightly --profile minimal');
  env.RUSTFLAGS = `${env.RUSTFLAGS ?? ''} -Zsanitizer=address`.trim();
  // Named, although it is the host: build scripts and macros are then built without the sanitizer.
  const args = ['+nightly', 'test', '--locked', '--target', host, '--tests', '--examples', '--no-fail-fast'];
  const words = process.argv.slice(2);
  const chosen = words.length > 0 ? words : CRATES.flatMap((name) => ['--package', name]);
  await become('cargo', [...args, ...chosen], env);
} catch (error) {
  explainAndExit(error);
}
