// The numbers at the axes.

/** A duration in us, in a suitable unit. */
export function showTime(us) {
  for (const [unit, size] of [
    ['s', 1e6],
    ['ms', 1e3],
    ['µs', 1],
  ]) {
    if (us >= size) return `${short(us / size)} ${unit}`;
  }
  return `${short(us * 1000)} ns`;
}

/** A unit of the terminal's table as written in text. */
export const showUnit = (unit) => unit.replace(/^us\b/, 'µs');

/** A size in bytes: 64 KiB. */
export function showSize(bytes) {
  for (const [unit, size] of [
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ]) {
    if (bytes >= size) return `${short(bytes / size)} ${unit}`;
  }
  return `${bytes} B`;
}

/** 10,000 */
export const showCount = (count) => count.toLocaleString('en-US');

const short = (value) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
