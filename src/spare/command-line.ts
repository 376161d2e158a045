// What ps(1) and the like show of this process: Linux reads it from the memory that the arguments had at the start.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** A spare is started with an argument of this length, so that the command line of its program finds room. Bytes. */
export const ROOM = 1024;

/** Fields 48 and 49 of proc_pid_stat(5), which are counted from the third here: the command's name may contain spaces. */
const [START, END] = [48 - 3, 49 - 3];

/** Shows these arguments after the executable, which stays: `process.title` is it. As far as there is room. */
export function showCommandLine(args: readonly string[]): void {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [start, end] = [Number(fields[START]), Number(fields[END])];
    const before = readFileSync('/proc/self/cmdline').indexOf(0) + 1;
    const area = Buffer.alloc(end - start - before);
    // The last byte stays 0: without it, the kernel takes the memory behind it for more.
    area.write(args.join('\0'), 0, area.length - 1);
    const memory = openSync('/proc/self/mem', 'r+');
    try {
      writeSync(memory, area, 0, area.length, start + before);
    } finally {
      closeSync(memory);
    }
  } catch {
    // Another system, or a sandbox: it shows how the spare was started.
  }
}
