// Allows one set-up at a time in a checkout, since `npm test` and `npm run demo` may be started together.
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cache } from './paths.mjs';

const file = join(cache, 'setup.lock');
const HEARTBEAT_MS = 2_000;
/** A lock that nobody has touched for this long (by the waiter's own clock) is abandoned. */
const ABANDONED_MS = 30_000;
const POLL_MS = 100;

/**
 * Runs `work` while holding the checkout's lock.
 *
 * @param {() => Promise<void>} work must leave the event loop free: a heartbeat keeps the lock alive
 * @param {(owner: string) => void} onWait called once if another process holds the lock
 */
export async function withLock(work, onWait) {
  mkdirSync(cache, { recursive: true });
  await acquire(onWait);
  const heartbeat = setInterval(touch, HEARTBEAT_MS);
  process.once('exit', release);
  try {
    await work();
  } finally {
    clearInterval(heartbeat);
    process.removeListener('exit', release);
    release();
  }
}

function release() {
  rmSync(file, { force: true });
}

async function acquire(onWait) {
  let told = false;
  let seen = '';
  let seenAt = 0;
  for (;;) {
    if (create(file)) return;
    const state = read(file);
    if (state === undefined) continue; // released between the two calls
    if (state.beat !== seen) {
      seen = state.beat;
      seenAt = performance.now();
    }
    if (ownerIsDead(state.owner) || performance.now() - seenAt > ABANDONED_MS) {
      await breakLock(state.beat);
      continue;
    }
    if (!told) onWait(state.owner);
    told = true;
    await delay(POLL_MS);
  }
}

/**
 * Removes an abandoned lock. Two waiters may decide that at the same time, and the slower one must not remove
 * the lock that the faster one has made meanwhile. So they take turns, and check again before they remove it.
 */
async function breakLock(beat) {
  const turn = `${file}.break`;
  if (!create(turn)) {
    const age = Date.now() - (statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ABANDONED_MS) rmSync(turn, { force: true });
    await delay(POLL_MS);
    return;
  }
  try {
    if (read(file)?.beat === beat) rmSync(file, { force: true });
  } finally {
    rmSync(turn, { force: true });
  }
}

function create(path) {
  let fd;
  try {
    fd = openSync(path, 'wx');
  } catch (error) {
    if (error.code === 'EEXIST' || error.code === 'EPERM') return false; // EPERM: Windows, while it is being removed
    throw error;
  }
  writeSync(fd, `${process.pid} ${hostname()}`);
  closeSync(fd);
  return true;
}

function read(path) {
  try {
    const owner = readFileSync(path, 'utf8');
    const { mtimeMs, ino } = statSync(path);
    return { owner, beat: `${owner} ${ino} ${mtimeMs}` };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function touch() {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Removed by hand. The work continues; at worst another process repeats it.
  }
}

function ownerIsDead(owner) {
  const [pid, host] = owner.split(' ');
  // A process on another machine cannot be queried, and an empty file is still being written: the heartbeat decides.
  if (!pid || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
