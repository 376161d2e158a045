// Durations counted in bins of equal width on a logarithmic axis, so that rounds can be added up.

/** Bins to a factor of ten: neighbours differ by 6 %. */
export const BINS_PER_DECADE = 40;

/** `{ [bin]: count }` of positive values. */
export function histogramOf(values) {
  const bins = {};
  for (const value of values) {
    const bin = Math.round(Math.log10(value) * BINS_PER_DECADE);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

/** The sum of histograms. */
export function mergeHistograms(all) {
  const sum = {};
  for (const bins of all) {
    for (const [bin, count] of Object.entries(bins)) sum[bin] = (sum[bin] ?? 0) + count;
  }
  return sum;
}
