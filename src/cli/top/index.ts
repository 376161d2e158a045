// forkwire top: shows the channels of a running program.
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, sweep } from '../../observe/top/stale.js';
import { UsageError, parse, print } from '../command.js';
import { printable } from '../printable.js';
import type { Command } from '../command.js';
import { Family, ownerOf, placesOf } from './family.js';
import { count, watch } from './live.js';
import { rowsOf } from './rows.js';
import { table } from './table.js';

const OPTIONS = {
  once: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  interval: { type: 'string', default: '1' },
} as const;

export const top: Command = {
  summary: 'shows the channels of a running program, live',
  help: `usage: forkwire top [PID] [options]

  --once               prints the channels once, which is also the default if the output is not a terminal
  --json               prints them as JSON: { pid, processes, channels }
  --interval SECONDS   the time between two snapshots, over which the rates are taken (default 1)

The same user must have started the program with FORKWIRE_TOP=1 in its environment. Its children inherit the variable and
are shown too. Without PID, it lists the processes that it can show. Keys: q quits; m, b and p sort by messages, backlog
and PID.

  PID, CHANNEL     a process, and its end of a channel
  SENT/s, RECV/s   messages per second, and their bytes, including the wire's overhead
  BACKLOG          bytes that wait for the kernel
  HELD             received bytes that wait for a 'message' listener
  HANDLES          handles that wait for an answer
  ASKED, SERVING   requests that wait for an answer, and those of the peer that this end has not answered
  DRAINS, ERRORS   since the start of the channel

Exit code: 0, 1 if it cannot show the process, 2 for a mistake on the command line.`,

  async run(args) {
    const { values, positionals } = parse({ args, options: OPTIONS, allowPositionals: true });
    const interval = Number(values.interval) * 1000;
    if (!(interval >= 100 && interval <= 3_600_000)) {
      throw new UsageError(`--interval ${values.interval}: not a number of seconds from 0.1 to 3600`);
    }
    if (positionals.length > 1) throw new UsageError(`expected one PID, got ${positionals.length}`);
    const own = process.geteuid?.();
    if (own === undefined)
      return fail(`top does not work on ${process.platform}, because its pipes are open to other users.`);
    const [word] = positionals;
    if (word === undefined) return list(own);
    const pid = Number(word);
    if (!Number.isInteger(pid) || pid < 1) throw new UsageError(`${word} is not a PID`);
    // The superuser may look at the processes of every user.
    const uid = own === 0 ? (ownerOf(`/proc/${pid}`) ?? own) : own;
    if (placesOf(pid, uid).length === 0) return fail(whyNot(pid));
    const family = new Family(pid, uid);
    try {
      if (values.once || values.json || process.stdout.isTTY !== true || process.stdin.isTTY !== true) {
        return await snapshot(family, pid, interval, values.json);
      }
      if (!(await watch(family, pid, interval))) print(`${pid} has ended, or no longer shows its channels.`);
      return 0;
    } finally {
      family.end();
    }
  },
};

async function snapshot(family: Family, pid: number, interval: number, json: boolean): Promise<number> {
  const before = await family.look();
  await pause(interval);
  const processes = await family.look();
  if (!processes.some((one) => one.pid === pid)) {
    const reason = family.there
      ? 'does not answer: it computes or is stopped'
      : whyNot(pid).replace(/^\d+ /, '');
    return fail(`${pid} ${reason}`);
  }
  const rows = rowsOf(before, processes, 'messages');
  if (json) {
    const shown = processes.map(({ channels: _, ...rest }) => rest);
    print(JSON.stringify({ pid, interval: interval / 1000, processes: shown, channels: rows }, null, 2));
    return 0;
  }
  for (const line of rows.length === 0 ? ['no channels'] : table(rows, Infinity)) print(line.trimEnd());
  return 0;
}

/** Lists the processes of this user that show their channels. */
async function list(uid: number): Promise<number> {
  await Promise.all(placesOf(undefined, uid).map(sweep));
  const places = placesOf(undefined, uid).filter(({ pid }) => pid !== process.pid); // this command shows itself too
  const pids = [...new Set(places.map(({ pid }) => pid))].filter(isAlive);
  const looks = pids.map(async (pid) => {
    const family = new Family(pid, uid);
    const [first] = await family.look();
    family.end();
    return first;
  });
  const found = (await Promise.all(looks)).filter((one) => one !== undefined);
  if (found.length === 0) return fail('no process of yours was started with FORKWIRE_TOP=1.');
  for (const { pid, program, channels } of found)
    print(`${pid}  ${printable(program)}  ${count(channels.length, 'channel')}`);
  return 0;
}

function whyNot(pid: number): string {
  if (!isAlive(pid)) return `${pid} is not a running process.`;
  return `process ${pid} does not show its channels: start it with FORKWIRE_TOP=1 in its environment, as the same user.`;
}

function fail(reason: string): number {
  process.stderr.write(`forkwire: ${reason}\n`);
  return 1;
}
