// NODE_EXTRA_CA_CERTS, which CI machines and proxies set. Node 20 parses these certificates whenever it starts: with those
// of Debian that is half of its start, and the suite starts some thousand processes. Only npm needs them.

/** Where the variable's value is kept for an npm that a test starts. */
const KEPT = 'FORKWIRE_TEST_EXTRA_CA_CERTS';

/** An environment for programs that open no connection to other machines. */
export function withoutExtraCerts({ NODE_EXTRA_CA_CERTS: file, ...env }) {
  return file ? { ...env, [KEPT]: file } : env;
}

/** The environment for npm. */
export function npmEnv() {
  const { [KEPT]: file, ...env } = process.env;
  return file ? { ...env, NODE_EXTRA_CA_CERTS: file } : env;
}
