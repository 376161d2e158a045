// What the type tests are made of. They import the package by name, so that the compiler reads what is published. They
// are compiled by `npm run check`, and never run.

/** Whether two types are the same one, `any` and optional members included. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles if all that it is given is true. */
export const holds = <T extends true>(..._claims: T[]): void => {};

/** Compiles if the value has that very type. */
export const hasType =
  <Expected>() =>
  <Actual>(_value: Actual, ..._claim: Equal<Actual, Expected> extends true ? [] : [never]): void => {};
