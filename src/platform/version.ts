/** Set by scripts/build-ts.mjs. */
declare const FORKWIRE_VERSION: string;

/** The version of this package, as package.json has it. */
export const version = FORKWIRE_VERSION;
