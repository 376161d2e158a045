/** How often a random test is repeated: `full` times with `FORKWIRE_TEST_FULL=1`, as in CI, `short` times without. */
export const effort = (full, short) => (process.env.FORKWIRE_TEST_FULL ? full : short);
