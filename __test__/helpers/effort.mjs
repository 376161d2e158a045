/** How many times a test repeats what is random: fewer with `FORKWIRE_TEST_SHORT=1`, where others repeat it too. */
export const effort = (full, short) => (process.env.FORKWIRE_TEST_SHORT ? short : full);
