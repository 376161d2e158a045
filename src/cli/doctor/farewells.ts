// What the child of the self-test sends just before it exits: more than a socket takes at once.

export const FAREWELLS = 1000;
/** Characters. */
export const FAREWELL_LENGTH = 1000;
