/** How many times a test repeats what is random: all of them with `FORKWIRE_TEST_FULL=1`, as in CI. */
export const effort = (full, short) => (process.env.FORKWIRE_TEST_FULL ? full : short);
