import { readFileSync } from 'node:fs';
import test from '../helpers/test.mjs';

const source = readFileSync(new URL('../../src/prefork/start-variables.ts', import.meta.url), 'utf8');
const known = new Set([...source.matchAll(/^ {2}(\w+): true/gm)].map(([, name]) => name));

/** What Node reads when it is used, so that a change comes in time; and what is not a variable. */
const LATER = [
  'NODE_DISABLE_COLORS', // lib/internal/tty.js, when colours are asked for
  'NODE_TLS_REJECT_UNAUTHORIZED', // lib/internal/tls/, for each connection
  'NODE_PENDING_PIPE_INSTANCES', // lib/net.js, on Windows, for each server
  'NODE_MANY_ACCEPTS', // lib/net.js, on Windows, for each server
  'NODE_CLUSTER_SCHED_POLICY', // lib/internal/cluster/primary.js, when node:cluster is loaded
  'NODE_TEST_CONTEXT', // lib/internal/test_runner/, when node:test is loaded
  'NODE_TEST_WORKER_ID',
  'NODE_BENCH_CONTEXT', // the same for node:bench
  'NODE_BENCH_FILE_RUN_ID',
  'NODE_BENCH_RUN_ID',
  // The program of a spare is not a REPL.
  'NODE_REPL_EXTERNAL_MODULE',
  'NODE_REPL_HISTORY',
  'NODE_REPL_HISTORY_SIZE',
  'NODE_REPL_MODE',
  // Node's own channel, which a spare does not get.
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  // Constants.
  'NODE_DEBUG_ENABLED',
  'NODE_SEA_BLOB',
  'NODE_SEA_FUSE',
];

test('every variable that Node reads at its start decides whether a spare fits', (t) => {
  // The strings of its C++ code, and its JavaScript, which is in the executable.
  const text = readFileSync(process.execPath, 'latin1');
  const found = [/\0(NODE_[A-Z][A-Z\d_]+)(?=\0)/g, /process\.env\.([A-Z][A-Z\d_]+)/g].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, name]) => name),
  );
  const read = new Set(
    found.filter((name) => /^(NODE|WATCH)_/.test(name) && !name.startsWith('NODE_PERFORMANCE_')),
  );
  for (const name of ['NODE_V8_COVERAGE', 'NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS']) t.true(read.has(name));
  t.deepEqual(
    [...read].filter((name) => !known.has(name) && !LATER.includes(name)),
    [],
  );
});

test('the documentation lists the variables', (t) => {
  const page = readFileSync(new URL('../../docs/prefork.md', import.meta.url), 'utf8');
  t.deepEqual(
    [...known].filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});
