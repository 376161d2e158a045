// Runs one case to its verdict: a case that throws, hangs or leaves a child behind has failed too.
import { deferred } from './deferred.mjs';
import { Stage } from './stage.mjs';

const CASE_LIMIT_MS = 30_000;
const END_LIMIT_MS = 5_000;

export async function runCase(name, { title, run }) {
  const stage = new Stage();
  const begun = performance.now();
  await attempt(stage, CASE_LIMIT_MS, 'the case came to an end', () => run(stage));
  const milliseconds = performance.now() - begun;
  await attempt(stage, END_LIMIT_MS, "the children's 'close' came after they were killed", () => stage.end());
  const ok = stage.seen.length > 0 && stage.seen.every(({ good }) => good);
  return { name, title, ok, seen: stage.seen, wires: stage.wires, milliseconds };
}

async function attempt(stage, limit, what, action) {
  const failure = deferred();
  // An 'error' event nobody listens to ends up here, and belongs to the case that runs.
  process.once('uncaughtException', failure.reject);
  const timer = setTimeout(() => failure.reject(new Error(`not within ${limit} ms: ${what}`)), limit);
  try {
    await Promise.race([action(), failure.promise]);
  } catch (error) {
    stage.check(false, error.stack ?? String(error));
  } finally {
    clearTimeout(timer);
    process.off('uncaughtException', failure.reject);
  }
}
