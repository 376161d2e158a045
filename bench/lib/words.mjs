// Formats figures.

/** Three digits or more, so that a difference of 1 % can be seen; NaN is a dash. */
export function showNumber(value) {
  if (Number.isNaN(value) || value === null) return '-';
  const digits = value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** `1.93x (1.88-1.95)` */
export function showRatio({ median: middle, least, greatest }) {
  if (Number.isNaN(middle) || middle === null) return '- -';
  return `${middle.toFixed(2)}x (${least.toFixed(2)}-${greatest.toFixed(2)})`;
}
