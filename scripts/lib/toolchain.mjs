// What must be on the machine before anything can be built, and how to get it when it is not.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { SetupError, withPath } from './run.mjs';
import { readJson, root } from './paths.mjs';

const windows = process.platform === 'win32';

/** @throws {SetupError} if this Node is older than package.json's engines allow */
export function requireNode() {
  const wanted = readJson(join(root, 'package.json')).engines.node.replace(/^>=/, '');
  if (older(process.versions.node, wanted)) {
    throw new SetupError(
      `Node ${wanted} or later is needed; this is ${process.version}.\nGet it from https://nodejs.org`,
    );
  }
}

/**
 * Finds cargo, rustc and a C linker.
 *
 * @returns {NodeJS.ProcessEnv} the environment to build in (rustup's folder is added to PATH if it was not there)
 * @throws {SetupError} saying what is missing and how to get it
 */
export function requireRust() {
  const env = withCargoHome(process.env);
  const wanted =
    /^rust-version = "(.+)"/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))?.[1] ?? '1.88';
  const cargo = spawnSync('cargo', ['--version'], { env, cwd: root, encoding: 'utf8' });
  const rustc = spawnSync('rustc', ['--version'], { env, cwd: root, encoding: 'utf8' });
  if (cargo.error || rustc.error) throw new SetupError(rustIsMissing(wanted));
  if (cargo.status !== 0 || rustc.status !== 0) {
    const said = `${cargo.stderr}${rustc.stderr}`.trim();
    throw new SetupError(
      `Rust is installed, but does not run:\n\n${said}\n\n\`rustup default stable\` may help.`,
    );
  }
  const version = /\d+\.\d+(\.\d+)?/.exec(rustc.stdout)?.[0] ?? '0';
  if (older(version, wanted)) {
    throw new SetupError(
      `Rust ${wanted} or later is needed; this is ${version}.\nBring it up to date with: rustup update stable`,
    );
  }
  if (!windows && !linkerIsConfigured(env) && !onPath('cc', env)) throw new SetupError(linkerIsMissing());
  return env;
}

/**
 * What a failed build's output says about the machine, if it does.
 *
 * @param {string} output everything that cargo printed
 */
export function adviceFor(output) {
  if (/linker `.+` not found|linker .+ not found/.test(output)) return linkerIsMissing();
  if (
    /linking with `.+` failed/.test(output) &&
    /cannot find (\S*crt\w*\.o|-l(c|m|gcc|gcc_s|dl|pthread)\b)/.test(output)
  ) {
    return `The C linker is there, but not the C library to link with.\n${installLinker()}`;
  }
  if (/failed to (get|download|fetch|load source)|Could not resolve host|network failure/i.test(output)) {
    return 'The crates could not be fetched: see the message above, and the network or registry settings of cargo.';
  }
  return undefined;
}

function rustIsMissing(wanted) {
  const install = windows
    ? 'Install it with the program from https://rustup.rs'
    : "Install it as https://rustup.rs says:\n\n  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";
  return [
    `Rust is missing: \`cargo\` and \`rustc\` (${wanted} or later) were not found.`,
    'They build the native part of forkwire from crates/.',
    '',
    install,
    '',
    'Then open a new terminal and run the same command again.',
  ].join('\n');
}

function linkerIsMissing() {
  return `A C linker is missing (\`${windows ? 'link.exe' : 'cc'}\`): Rust needs one to build the native part.\n${installLinker()}`;
}

function installLinker() {
  if (windows) return 'Install the "Desktop development with C++" workload of the Visual Studio Build Tools.';
  if (process.platform === 'darwin') return 'Install it with: xcode-select --install';
  return [
    "Install one with your system's packages:",
    '',
    '  Debian, Ubuntu:  sudo apt-get install build-essential',
    '  Fedora:          sudo dnf install gcc',
    '  Alpine:          sudo apk add build-base',
    '  Arch:            sudo pacman -S base-devel',
  ].join('\n');
}

/** rustup changes the PATH of new terminals only; this one may be older than the installation. */
function withCargoHome(env) {
  const bin = join(env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin');
  if (onPath('cargo', env) || !existsSync(join(bin, windows ? 'cargo.exe' : 'cargo'))) return env;
  return withPath(env, bin, 'last');
}

function onPath(command, env) {
  const path = env.PATH ?? env.Path ?? '';
  const names = windows ? [`${command}.exe`] : [command];
  return path
    .split(delimiter)
    .some((folder) => folder && names.some((name) => existsSync(join(folder, name))));
}

/** Whether someone has told cargo to use another linker than `cc`; then it is theirs to answer for. */
function linkerIsConfigured(env) {
  if (Object.keys(env).some((name) => /^CARGO_TARGET_.+_LINKER$/.test(name))) return true;
  if (/linker/.test(`${env.RUSTFLAGS ?? ''}${env.CARGO_ENCODED_RUSTFLAGS ?? ''}`)) return true;
  const folders = [env.CARGO_HOME ?? join(homedir(), '.cargo')];
  for (let folder = root; ; folder = dirname(folder)) {
    folders.push(join(folder, '.cargo'));
    if (dirname(folder) === folder) break;
  }
  return folders.some((folder) =>
    ['config.toml', 'config'].some((name) => {
      const file = join(folder, name);
      return existsSync(file) && /^\s*linker\s*=/m.test(readFileSync(file, 'utf8'));
    }),
  );
}

function older(version, than) {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  for (let i = 0; i < b.length; i++) {
    if ((a[i] ?? 0) !== b[i]) return (a[i] ?? 0) < b[i];
  }
  return false;
}
