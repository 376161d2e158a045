// The command line of the benchmark.
import { parseArgs } from 'node:util';
import { names } from './implementations.mjs';

export const HELP = `usage: npm run bench -- [options]

  --only CASE,CASE   only these cases
  --rounds N         rounds a case: each measures every implementation once (default 5, with --quick 3)
  --quick            a fifth of the messages: to see that it works, not to judge by
  --json FILE        also write the measurements as JSON; a bare name goes to bench/results/
  --pair A,B         what to compare: B's ratio to A is shown (default stock,forkwire)
  --help             this

cases:`;

/** The options as numbers and lists. Throws a TypeError on one that is not there. */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      pair: { type: 'string', default: 'stock,forkwire' },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new TypeError(`--rounds ${values.rounds}: not a whole number from 1`);
  const pair = values.pair.split(',');
  if (pair.length !== 2 || !pair.every((name) => names.includes(name))) {
    throw new TypeError(`--pair ${values.pair}: not two of ${names.join(', ')}`);
  }
  return {
    only: values.only?.split(','),
    rounds,
    quick: values.quick,
    json: values.json,
    pair,
    help: values.help,
  };
}
