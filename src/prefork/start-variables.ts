// Variables of the environment that a process reads when it starts, or that preloaded modules may have made it read: a spare
// cannot be given other values.

/** The names, and for each where that is said. `docs/prefork.md` has the list for users. */
const NAMES: Readonly<Record<string, true>> = {
  __proto__: null as never,
  // Node: doc/api/cli.md, "Environment variables". Read in src/node.cc, src/env.cc and
  // lib/internal/process/pre_execution.js.
  NODE_OPTIONS: true,
  NODE_PATH: true, // lib/internal/modules/cjs/loader.js, Module._initPaths()
  NODE_DEBUG: true, // lib/internal/util/debuglog.js, initializeDebugEnv()
  NODE_DEBUG_NATIVE: true,
  NODE_COMPILE_CACHE: true,
  NODE_COMPILE_CACHE_PORTABLE: true,
  NODE_COMPILE_CACHE_READONLY: true,
  NODE_DISABLE_COMPILE_CACHE: true,
  NODE_EXTRA_CA_CERTS: true,
  NODE_USE_SYSTEM_CA: true,
  NODE_USE_ENV_PROXY: true,
  NODE_ICU_DATA: true,
  NODE_INSPECT_RESUME_ON_START: true,
  NODE_NO_WARNINGS: true,
  NODE_PENDING_DEPRECATION: true,
  NODE_PRESERVE_SYMLINKS: true,
  NODE_PRESERVE_SYMLINKS_MAIN: true,
  NODE_REDIRECT_WARNINGS: true,
  NODE_SKIP_PLATFORM_CHECK: true,
  NODE_V8_COVERAGE: true,
  NODE_UNIQUE_ID: true, // lib/internal/process/pre_execution.js, initializeClusterIPC()
  WATCH_REPORT_DEPENDENCIES: true, // lib/internal/modules/cjs/loader.js
  // Read with NODE_USE_ENV_PROXY: pre_execution.js, setupHttpProxy().
  HTTP_PROXY: true,
  HTTPS_PROXY: true,
  NO_PROXY: true,
  http_proxy: true,
  https_proxy: true,
  no_proxy: true,
  // The time zone: V8 and ICU read it once. The language: uloc_getDefault() of ICU, setlocale(3).
  TZ: true,
  TZDIR: true,
  LANG: true,
  LANGUAGE: true,
  // OpenSSL: config(5), OPENSSL_ia32cap(3), SSL_CTX_load_verify_locations(3).
  SSL_CERT_DIR: true,
  SSL_CERT_FILE: true,
  // The C library: malloc(3), mallopt(3), ld.so(8), resolv.conf(5), hostname(7).
  GLIBC_TUNABLES: true,
  RES_OPTIONS: true,
  LOCALDOMAIN: true,
  HOSTALIASES: true,
  GCONV_PATH: true,
  LOCPATH: true,
};

/** Prefixes: the dynamic linker (ld.so(8), dyld(1)), malloc(3), libuv's threads and rings, OpenSSL, locale(7), ICU. */
const PREFIXES = /^(LD_|DYLD_|MALLOC_|UV_|OPENSSL_|LC_|ICU_|ASAN_|UBSAN_|TSAN_|LSAN_)/;

/** The first variable that is read at the start, and differs between two environments. */
export function differingVariable(a: Environment, b: Environment): string | undefined {
  return missing(a, b) ?? missing(b, a);
}

type Environment = Readonly<Record<string, string>>;

export function isReadAtStart(name: string): boolean {
  return NAMES[name] === true || PREFIXES.test(name);
}

function missing(a: Environment, b: Environment): string | undefined {
  for (const name in a) if (a[name] !== b[name] && isReadAtStart(name)) return name;
  return undefined;
}
