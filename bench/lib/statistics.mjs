// Medians and spread of a few values. NaN stands for a missing value and is ignored.

const present = (values) => values.filter((value) => !Number.isNaN(value));

/** NaN for no values. */
export function quantile(values, part) {
  const sorted = Float64Array.from(present(values)).sort();
  if (sorted.length === 0) return NaN;
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place - Math.floor(place));
}

export const median = (values) => quantile(values, 0.5);

/** Half of the distance from the least to the greatest, as a part of the median. */
export function spread(values) {
  return (quantile(values, 1) - quantile(values, 0)) / 2 / median(values);
}

/**
 * How many times better the second of a pair was, in the median of the rounds: each round's two
 * measurements were taken one after the other, so what disturbed one is likely to have disturbed both.
 */
export function ratios([first, second], better) {
  const each = first.map((value, n) => (better === 'higher' ? second[n] / value : value / second[n]));
  return { median: median(each), least: quantile(each, 0), greatest: quantile(each, 1) };
}
