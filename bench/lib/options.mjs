// The command line of the benchmark.
import { parseArgs } from 'node:util';
import { allPeers, checkContestant } from './contestants.mjs';

export const HELP = `usage: npm run bench -- [options]

  --peers            also other versions of Node, Bun and Deno, each with its own channel;
                     those that are not there are installed from npm into .cache/
  --peer NAME,NAME   of these only some: ${allPeers.join(', ')}
  --only CASE,CASE   only these cases
  --rounds N         rounds a case: each measures everybody once (default 5, with --quick 3)
  --quick            a fifth of the messages: to see that it works, not to judge by
  --json FILE        where the measurements go, and beside them the report as HTML; a bare name goes to
                     bench/results/ (default latest.json)
  --pair A,B         what to compare: B's ratio to A is shown (default stock,forkwire)
  --help             this

cases:`;

/** The options as numbers and lists. Throws a TypeError on one that is not there. */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      peers: { type: 'boolean', default: false },
      peer: { type: 'string' },
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string', default: 'latest.json' },
      pair: { type: 'string', default: 'stock,forkwire' },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new TypeError(`--rounds ${values.rounds}: not a whole number from 1`);
  const pair = values.pair.split(',').map(checkContestant);
  if (pair.length !== 2) throw new TypeError(`--pair ${values.pair}: not two names`);
  const peers = values.peer?.split(',').map(checkContestant) ?? (values.peers ? allPeers : []);
  return {
    only: values.only?.split(','),
    rounds,
    quick: values.quick,
    json: values.json,
    pair,
    peers: peers.filter((name) => !pair.includes(name)),
    help: values.help,
  };
}
