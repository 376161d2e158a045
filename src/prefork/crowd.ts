// Whether the processors have work as it is. To start a spare then takes time from that work, and brings nothing forward.
import { readFileSync } from '../platform/files.js';
import { NumberParseInt } from '../platform/primordials.js';

const { availableParallelism, cpus } = require('node:os') as typeof import('node:os');

/** The first number of the fourth field of proc_loadavg(5): the threads that run or wait for a processor, on the machine. */
const RUNNABLE = /^\S+ \S+ \S+ (\d+)\//;
/** The state in proc_pid_stat(5), after the command's name in parentheses, which may contain any of them. */
const RUNNING = /\) R [^)]*$/;

/** Children that are looked at: the last ones. */
const MOST = 64;

let processors: { readonly online: number; readonly usable: number } | undefined;

/**
 * @param children processes that this one has started
 * @returns whether as many threads want to run as there are processors, on the machine; or as many of these children as there are
 * processors for them, if they may not use all. False where the system does not say
 */
export function isCrowded(children: readonly number[]): boolean {
  processors ??= { online: cpus().length, usable: availableParallelism() };
  const { online, usable } = processors;
  const runnable = NumberParseInt(RUNNABLE.exec(read('/proc/loadavg'))?.[1] ?? '', 10);
  if (runnable - 1 >= online) return true; // this thread is one of them
  return usable < online && countRunning(children) >= usable;
}

function countRunning(children: readonly number[]): number {
  return children.slice(-MOST).filter((pid) => RUNNING.test(read(`/proc/${pid}/stat`))).length;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // the process has ended; another system, or a sandbox
  }
}
