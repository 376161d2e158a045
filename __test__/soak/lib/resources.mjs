// What this process holds: descriptors and memory.
import { readdirSync, readlinkSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

/** The open descriptors: what each is open on. */
export function descriptors() {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`];
    } catch {
      return []; // the one that read the folder
    }
  });
}

/** Resident megabytes, without garbage and without the pages that V8 keeps for new objects. */
export async function resident() {
  for (let i = 0; i < 3; i++) {
    gc();
    await turn();
  }
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  return Math.round((rss - (heapTotal - heapUsed)) / 2 ** 20);
}
