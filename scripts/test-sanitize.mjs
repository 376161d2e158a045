// Tests the crates under the address sanitizer, which finds mistakes of unsafe code: memory that is used
// after its end or beyond it, and leaks. It needs a nightly toolchain of Rust. (Miri runs no system calls on sockets,
// and the thread sanitizer needs a standard library that is built with it.)
//
//   npm run test:sanitize
//   npm run test:sanitize -- --package forkwire-sys
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cache, root } from './lib/paths.mjs';
import { SetupError, become, explainAndExit } from './lib/run.mjs';
import { requireRust } from './lib/toolchain.mjs';

const CRATES = ['forkwire-proto', 'forkwire-sys', 'forkwire'];

/** Measures the memory of the process, much of which the sanitizer keeps after it was freed. */
const SKIPPED = 'memory_follows_the_bytes_and_not_the_announcements';

try {
  const env = { ...requireRust(), CARGO_TARGET_DIR: join(cache, 'sanitize') };
  const nightly = spawnSync('rustc', ['+nightly', '--version', '--verbose'], { env, encoding: 'utf8' });
  const host = /^host: (.+)$/m.exec(nightly.stdout ?? '')?.[1];
  if (!host)
    throw new SetupError('A nightly Rust is needed: rustup toolchain install nightly --profile minimal');
  env.RUSTFLAGS = `${env.RUSTFLAGS ?? ''} -Zsanitizer=address`.trim();
  // The host is named explicitly, so that build scripts and macros are built without the sanitizer.
  const place = ['--locked', '--target', host];
  const words = process.argv.slice(2);
  const chosen = words.length > 0 ? words : CRATES.flatMap((name) => ['--package', name]);
  // Some tests start these programs, and `cargo test --tests` does not build them.
  const examples = ['+nightly', 'build', ...place, '--package', 'forkwire', '--examples'];
  const built = spawnSync('cargo', examples, { env, cwd: root, stdio: 'inherit' });
  if (built.status !== 0) throw new SetupError('The examples could not be built under the sanitizer.');
  const tests = [
    '+nightly',
    'test',
    ...place,
    '--tests',
    '--no-fail-fast',
    ...chosen,
    '--',
    '--skip',
    SKIPPED,
  ];
  await become('cargo', tests, env);
} catch (error) {
  explainAndExit(error);
}
