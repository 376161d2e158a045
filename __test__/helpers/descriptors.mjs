import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { waitingFor } from './waits.mjs';

/** What the descriptors of a process are open on. */
export const descriptorsOf = (pid) =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      // The descriptor with which the folder was read.
      return [];
    }
  });

const isSocket = (target) => target.startsWith('socket:');

export const countSockets = (pid) => descriptorsOf(pid).filter(isSocket).length;

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** How many sockets a process has open once it no longer opens or closes any. */
export async function settledSockets(pid) {
  let count = countSockets(pid);
  for (let same = 0; same < 20;) {
    await turn();
    const now = countSockets(pid);
    same = now === count ? same + 1 : 0;
    count = now;
  }
  return count;
}

/** Waits until a process has at most `count` descriptors open. */
export const untilDescriptors = (pid, count) =>
  waitingFor(
    `process ${pid} to have at most ${count} descriptors`,
    atMost(count, () => descriptorsOf(pid).length),
  );

/** Waits until a process has at most `count` sockets open. */
export const untilSockets = (pid, count) =>
  waitingFor(
    `process ${pid} to have at most ${count} sockets`,
    atMost(count, () => countSockets(pid)),
  );

async function atMost(count, now) {
  while (now() > count) await turn();
}

/**
 * Lets a process open `count` more descriptors. Returns false where that is not possible. The limit is one of their numbers,
 * and a process may have inherited high ones, so what counts is the free numbers below it.
 */
export function limitDescriptors(pid, count) {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let limit = 0;
  for (let free = 0; free < count || open.has(limit); limit++) if (!open.has(limit)) free++;
  try {
    execFileSync('prlimit', ['--pid', String(pid), `--nofile=${limit}:`]);
    return true;
  } catch {
    return false;
  }
}
