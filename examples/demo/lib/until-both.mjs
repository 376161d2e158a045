// The kernel decides whether parent or child gets the next connection or datagram of a shared handle, so a case
// asks in rounds until both have answered.
const MOST_ROUNDS = 200;

/**
 * Runs `round`, which returns a list of answers, until each of `expected` was among them.
 * Returns how often each answer came.
 */
export async function untilAllAnswered(expected, round) {
  const counts = new Map();
  for (let n = 0; n < MOST_ROUNDS && !expected.every((answer) => counts.has(answer)); n++) {
    for (const answer of await round()) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  return counts;
}
