// The command line of the benchmark.
import { parseArgs } from 'node:util';
import { allPeers, checkContestant } from './contestants.mjs';

export const HELP = `usage: npm run bench -- [options]

  --peers            also other versions of Node, Bun and Deno, each with its own channel;
                     those that are not there are installed from npm into .cache/
  --peer NAME,NAME   only some of these: ${allPeers.join(', ')}
  --only CASE,CASE   runs only these cases
  --rounds N         rounds per case; each measures every contestant once (default 5, with --quick 3)
  --minutes N        fewer rounds, so that all cases together take about N minutes; each has at least one round
  --quick            a fifth of the messages: shows that it works, but proves nothing
  --json FILE        where to write the measurements, and beside them the report as HTML; a bare name goes to
                     bench/results/ (default latest.json)
  --pair A,B         what to compare; the ratio is that of B to A (default stock,forkwire)
  --help             prints this

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
      minutes: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string', default: 'latest.json' },
      pair: { type: 'string', default: 'stock,forkwire' },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new TypeError(`--rounds ${values.rounds}: not a whole number from 1`);
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  if (minutes !== undefined && !(minutes > 0))
    throw new TypeError(`--minutes ${values.minutes}: not a number above 0`);
  const pair = values.pair.split(',').map(checkContestant);
  if (pair.length !== 2) throw new TypeError(`--pair ${values.pair}: not two names`);
  const peers = values.peer?.split(',').map(checkContestant) ?? (values.peers ? allPeers : []);
  return {
    only: values.only?.split(','),
    rounds,
    minutes,
    quick: values.quick,
    json: values.json,
    pair,
    peers: peers.filter((name) => !pair.includes(name)),
    help: values.help,
  };
}
