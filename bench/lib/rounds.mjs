// The rounds of one case: the contestants take turns, so that a machine that grows slower or
// faster over the minutes does so for all of them.
import { measureApart } from './measure-apart.mjs';
import { mergeHistograms } from './histogram.mjs';

// With --quick, long cases are measured once.
const QUICK_MAX_ROUNDS = 1;

/**
 * Gives the case's own description and `{ samples, histograms, blanks, failures }`: `samples[metric][n]` are the values
 * of the rounds, in order, for contestant n; NaN where there is none. No round begins that would not end before `until`, by
 * performance.now(), except the first. What one of the pair (the first two) could not
 * do is a failure, unless the case itself says that it cannot be done here; what a peer could not do is a blank.
 */
export async function measureCase(one, { rounds, quick, contestants, until = Infinity }, pin) {
  const { name, title, metrics, axis, only, pinned = false, maxRounds = Infinity } = one;
  const samples = Object.fromEntries(metrics.map(({ id }) => [id, contestants.map(() => [])]));
  const histograms = contestants.map(() => []);
  const blanks = [];
  const failures = [];
  const takesPart = (contestant) => only === undefined || only.includes(contestant.implementation);
  const out = new Set([...contestants.keys()].filter((n) => !takesPart(contestants[n])));
  const most = Math.min(rounds, quick && maxRounds < Infinity ? QUICK_MAX_ROUNDS : maxRounds);
  for (let round = 1; round <= most; round++) {
    const begun = performance.now();
    for (const [n, contestant] of contestants.entries()) {
      progress(`${name}: round ${round} of ${most}, ${contestant.label}`);
      const outcome = out.has(n)
        ? { values: {} }
        : await measureApart({ name, contestant, quick, pin: pinned ? pin : undefined });
      note(n, contestant, round, outcome);
      // A failed round leaves a gap, so that the rounds of all contestants stay aligned.
      for (const { id } of metrics) samples[id][n].push(outcome.values[id] ?? NaN);
      if (outcome.values.histogram !== undefined) histograms[n].push(outcome.values.histogram);
    }
    const now = performance.now();
    if (now + (now - begun) > until) break;
  }
  progress('');
  return {
    name,
    title,
    axis,
    pinned: pinned && pin !== undefined,
    metrics: metrics.filter(({ id }) => samples[id].flat().some((value) => !Number.isNaN(value)) || !axis),
    samples,
    histograms: histograms.map(mergeHistograms),
    blanks,
    failures,
  };

  function note(n, contestant, round, { error, blank }) {
    if (error !== undefined && n < 2) {
      failures.push(`${name}, ${contestant.label}, round ${round}: ${error}`);
    } else if (error !== undefined || blank !== undefined) {
      if (!blanks.some((other) => other.contestant === n))
        blanks.push({ contestant: n, reason: error ?? blank });
      // It would most likely fail again, and some fail only after a timeout.
      if (error !== undefined) out.add(n);
    }
  }
}

/** A line that is overwritten; only on a terminal. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
