// The cases, in the order of the table. A case is
//   name      for the command line
//   title     for the table
//   metrics   its rows: { id, label?, unit, better: 'higher' | 'lower' }; in a curve also `x`
//   axis      of a curve: { x, xUnit, y }
//   topic     of a case that has contestants of its own: see lib/topics.mjs; `run` then gets the contestant's name
//   only      the names of those that take part; default all
//   pinned    true: all processes on one CPU
//   maxRounds if it takes long
//   run       async (implementation, scale, { quick, tell }) => { [metric id]: value, histogram? }; scale(count) makes
//             counts smaller for --quick, tell(values) reports intermediate values
import { throughputCases } from './list/throughput.mjs';
import { otherCases } from './list/other.mjs';
import { connectionCases } from './list/connections.mjs';
import { growthCases } from './list/growth.mjs';
import { memoryCases } from './list/memory.mjs';
import { preforkCases } from './list/prefork.mjs';
import { requestCases } from './list/requests.mjs';

export const cases = [
  ...throughputCases,
  ...otherCases,
  ...growthCases,
  ...requestCases,
  ...connectionCases,
  ...memoryCases,
  ...preforkCases,
];

const widest = Math.max(...cases.map(({ name }) => name.length));

/** The names and titles of all cases, in two columns. */
export const listCases = () =>
  cases.map(({ name, title }) => `  ${name.padEnd(widest)}  ${title}`).join('\n');

/** The case of that name. Throws a TypeError if there is none. */
export function findCase(name) {
  const found = cases.find((one) => one.name === name);
  if (found === undefined)
    throw new TypeError(`unknown case ${name}; the cases are ${cases.map((one) => one.name).join(', ')}`);
  return found;
}

/** All cases, or those named. */
export const chooseCases = (only) => (only === undefined ? cases : only.map(findCase));
