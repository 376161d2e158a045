// Wine from the unpacked Debian packages, with a separate prefix: runs programs for Windows without an installed wine.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { capture, must, step } from '../run.mjs';
import { folder, unpackPackages, unpacked } from './packages.mjs';

const usr = join(unpacked, 'usr');
const prefix = join(folder, 'prefix');
const compiler = join(usr, 'bin', 'x86_64-w64-mingw32-gcc-win32');

/** The program to run with a Windows program and its arguments. */
export const wine = join(usr, 'lib', 'wine', 'wine64');

/** @returns {Promise<NodeJS.ProcessEnv>} the environment for `wine`: `env`, wine's libraries and the prefix */
export async function wineEnv(env) {
  await unpackPackages(['windows']);
  if (!existsSync(prefix)) await step('making a Windows prefix', () => makePrefix(env));
  return inPrefix(env, prefix);
}

/**
 * @param {string} node for Windows
 * @returns {NodeJS.ProcessEnv} makes cargo run its programs in wine, where `node` is that program
 */
export function wineRuns(node) {
  return {
    CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER: wine,
    WINEPATH: `Z:${dirname(node).replaceAll('/', '\\')}`,
  };
}

function inPrefix(env, path) {
  const libraries = join(usr, 'lib', 'x86_64-linux-gnu');
  // A program that crashes must end, and not wait for its debugger.
  const own = { WINEPREFIX: path, WINEDEBUG: '-all', WINEDLLOVERRIDES: 'winedbg.exe=d' };
  return { ...env, ...own, LD_LIBRARY_PATH: libraries };
}

async function makePrefix(env) {
  const fresh = `${prefix}.${process.pid}`;
  const system32 = join(fresh, 'drive_c', 'windows', 'system32');
  mkdirSync(system32, { recursive: true });
  const own = inPrefix(env, fresh);
  try {
    completePackages(system32);
    // The 32-bit half of Windows is missing, so this exits with an error. What exists is enough for everything below.
    await capture(wine, ['wineboot', '--init'], { env: own });
    // Node does not start on older versions.
    await inWine(['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f'], own);
    await addProcessPrng(system32, own);
    // It writes the registry, and refers to the folder by its name.
    spawnSync(join(usr, 'lib', 'wine', 'wineserver'), ['-k', '-w'], { env: own });
    renameSync(fresh, prefix);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Replaces what the packages would provide if they were installed. */
function completePackages(system32) {
  const server = join(usr, 'lib', 'wine', 'wineserver'); // a script that looks in /usr/lib
  rmSync(server, { force: true });
  symlinkSync('wineserver64', server);
  copyFileSync(join(usr, 'x86_64-w64-mingw32', 'lib', 'zlib1.dll'), join(system32, 'zlib1.dll'));
}

/** Wine 8 has no bcryptprimitives.dll, which Rust's standard library takes its random numbers from. */
async function addProcessPrng(system32, env) {
  const source = join(system32, 'bcryptprimitives.c');
  writeFileSync(
    source,
    `#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) { return SystemFunction036(bytes, count); }
`,
  );
  const library = join(system32, 'bcryptprimitives.dll');
  await compile(['-shared', '-o', library, source, '-ladvapi32'], env);
}

/** @returns {Promise<string>} a program that suspends other programs: see hold.c */
export async function holdProgram(env) {
  const program = join(folder, 'hold.exe');
  // Without a console, for which it would need locks that the suspended program may hold.
  await compile(['-mwindows', '-o', program, join(import.meta.dirname, 'hold.c'), '-lntdll'], env);
  return program;
}

function compile(args, env) {
  return must(compiler, args, { env }, 'The C compiler for Windows does not work.');
}

function inWine(args, env) {
  return must(wine, args, { env }, `Wine failed: ${args.join(' ')}`);
}
