// forkwire doctor: checks whether forkwire works here, and what limits it.
import { parse, print, version } from '../command.js';
import type { Command } from '../command.js';
import { paint } from '../paint.js';
import type { Check, Status } from './check.js';
import { checkAddon, checkEnvironment, checkRuntime, checkWire } from './installation.js';
import { checkBuffers, checkDescriptors, checkMemory, checkProcessors } from './limits.js';
import { selfTest } from './self-test.js';

const COLOURS = { ok: 'green', note: 'yellow', bad: 'red' } as const satisfies Record<Status, string>;

export const doctor: Command = {
  summary: 'checks whether forkwire works here, and what limits it',
  help: `usage: forkwire doctor [--json]

  --json    prints one JSON object: { ok, version, checks: [{ name, status, text, advice?, data? }] }

Checks the runtime, the addon and the wire that a child would get. Starts children that exchange messages, take over a
socket and exit. Reads the limits of the system. Each line says ok, note (worth knowing) or bad.
Exit code: 0, or 1 if something is bad.`,

  async run(args) {
    const { values } = parse({ args, options: { json: { type: 'boolean', default: false } } });
    const checks: Check[] = [];
    const take = (check: Check | undefined): void => {
      if (check === undefined) return;
      checks.push(check);
      if (!values.json) show(check);
    };
    if (!values.json) print(`${paint('bold', `forkwire ${version()}`)}\n`);
    const wire = checkWire();
    for (const check of [checkRuntime(), checkAddon(wire), wire, checkEnvironment()]) take(check);
    if (wire.status !== 'bad') for (const check of await selfTest()) take(check);
    for (const check of [checkDescriptors(), checkBuffers(), checkMemory(), checkProcessors()]) take(check);
    const count = (status: Status): number => checks.filter((check) => check.status === status).length;
    const ok = count('bad') === 0;
    if (values.json) print(JSON.stringify({ ok, version: version(), checks }, null, 2));
    else print(`\n${verdict(count('bad'), count('note'), wire.data?.['wire'] === 'stock')}`);
    return ok ? 0 : 1;
  },
};

function show({ name, status, text, advice = [] }: Check): void {
  print(`${paint(COLOURS[status], status.padEnd(5))} ${name.padEnd(12)} ${text}`);
  for (const line of advice) print(`${' '.repeat(19)}${paint('dim', `- ${line}`)}`);
}

function verdict(bad: number, notes: number, stock: boolean): string {
  const noted = notes === 0 ? '' : `, ${notes} worth knowing`;
  if (bad === 0 && stock)
    return `${paint('yellow', "fork() works here, by the runtime's own channel")}${noted}.`;
  if (bad === 0) return `${paint('green', 'forkwire works here')}${noted}.`;
  return `${paint('red', `${bad} ${bad === 1 ? 'thing is' : 'things are'} wrong`)}${noted}.`;
}
