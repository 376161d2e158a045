// The best competitor.
import { median, ratios } from './statistics.mjs';

/**
 * The best contestant that does not use forkwire: `{ contestant, ratio }`, where `ratio` is how many times better the second
 * of the pair is. Undefined if there is none, or no value of that second one.
 */
export function bestPeer(sides, contestants, better) {
  const own = contestants[1].implementation;
  const rivals = contestants
    .map((contestant, n) => ({ contestant, values: sides[n], middle: median(sides[n]) }))
    .filter(({ contestant, middle }) => !contestant.implementation.startsWith(own) && !Number.isNaN(middle));
  if (rivals.length === 0) return undefined;
  const sign = better === 'higher' ? 1 : -1;
  const best = rivals.reduce((one, other) => (sign * other.middle > sign * one.middle ? other : one));
  const ratio = ratios([best.values, sides[1]], better).median;
  return Number.isNaN(ratio) ? undefined : { contestant: best.contestant, ratio };
}
