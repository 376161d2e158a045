// The rounds of one case: the implementations take turns, so that a machine that grows slower or
// faster over the minutes does so for both.
import { measureApart } from './measure-apart.mjs';

/**
 * Gives `{ name, pinned, metrics, samples, failures }`; `samples[metric][0 or 1]` are the values of
 * the rounds, in order, for the first and the second of the pair; NaN where a measurement failed.
 */
export async function measureCase({ name, title, metrics, pinned = false }, { rounds, quick, pair }, pin) {
  const samples = Object.fromEntries(metrics.map(({ id }) => [id, [[], []]]));
  const failures = [];
  for (let round = 1; round <= rounds; round++) {
    for (const [side, implementation] of pair.entries()) {
      progress(`${name}: round ${round} of ${rounds}, ${implementation}`);
      const outcome = await measureApart({ name, implementation, quick, pin: pinned ? pin : undefined });
      if (outcome.error !== undefined)
        failures.push(`${name}, ${implementation}, round ${round}: ${outcome.error}`);
      // A failed one leaves a gap, so that the rounds of both sides stay side by side.
      for (const { id } of metrics) samples[id][side].push(outcome.values?.[id] ?? NaN);
    }
  }
  progress('');
  return { name, title, pinned: pinned && pin !== undefined, metrics, samples, failures };
}

/** A line that is overwritten; only where somebody is watching. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
