// `forkwire bench`: the comparison with node:child_process from the installed package, on the running Node.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cases, findCase, listCases } from './cases/index.mjs';
import { prepareContestant } from './lib/contestants.mjs';
import { measureAll } from './lib/measure-all.mjs';
import { writeJson } from './lib/report.mjs';
import { makePage } from './report/page.mjs';

const HELP = `usage: forkwire bench [options]

  --quick            a fifth of the messages in one round: shows that it works, but proves nothing
  --rounds N         rounds per case; each measures both channels once (default 3)
  --only CASE,CASE   runs only these cases
  --growth           also draws the curves over message size and backlog length, which takes some minutes more
  --html FILE        where to write the page with the charts (default forkwire-bench.html)
  --json FILE        where to write the measurements for programs
  --help             prints this

Measures forkwire and node:child_process side by side on the Node that runs it. This takes some minutes; close other
programs first. Exit code: 0, 1 if a measurement failed, 2 for a mistake on the command line.

cases:`;

const options = {
  quick: { type: 'boolean', default: false },
  growth: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  rounds: { type: 'string' },
  only: { type: 'string' },
  html: { type: 'string', default: 'forkwire-bench.html' },
  json: { type: 'string' },
};

/** Parses the arguments. Throws a TypeError if they are invalid. */
export function readOptions(args) {
  const { values } = parseArgs({ args, options });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new TypeError(`--rounds ${values.rounds}: not a whole number from 1`);
  const chosen = values.only?.split(',').map(findCase) ?? cases.filter(({ axis }) => values.growth || !axis);
  return { ...values, rounds, chosen };
}

/** Resolves to the exit code. */
export async function bench({ help, html, json, chosen, rounds, quick }) {
  if (help) {
    console.log(HELP);
    console.log(listCases());
    return 0;
  }
  const page = resolve(html);
  const files = json === undefined ? [page] : [page, resolve(json)];
  for (const file of files) mkdirSync(dirname(file), { recursive: true }); // now, and not after minutes of measuring
  const contestants = await Promise.all(['stock', 'forkwire'].map(prepareContestant));
  const report = await measureAll(chosen, { contestants, rounds, quick });
  writeFileSync(page, makePage(report));
  if (json !== undefined) writeJson(files[1], report);
  console.log(`written: ${files.join(' and ')}`);
  return report.failures.length === 0 ? 0 : 1;
}
