/**
 * A generator whose numbers follow from its seed (mulberry32), so that a failure can be repeated.
 * @param {number} seed
 * @returns {(below: number) => number} a whole number from 0
 */
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) % below;
  };
}
