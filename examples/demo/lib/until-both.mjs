// Whether parent or child gets the next connection or datagram of a shared handle is for the kernel to
// decide, so a case asks in rounds until both have answered.
const MOST_ROUNDS = 200;

/**
 * Runs `round` (which gives a list of answers) until each of `expected` was among them.
 * Gives the number of times each answer came.
 */
export async function untilAllAnswered(expected, round) {
  const counts = new Map();
  for (let n = 0; n < MOST_ROUNDS && !expected.every((answer) => counts.has(answer)); n++) {
    for (const answer of await round()) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  return counts;
}
