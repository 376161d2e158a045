// The waiting program of a spare: runs in the preload, so that Node has not looked for the program yet, and waits without an
// event loop. So there is nothing that the program could find: no listener, no handle, no timer.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { adopt as adoptChannel, defaults, loadNative, native } from './channels.js';
import { writeSync } from './platform/files.js';
import { READY } from './prefork/program.js';
import type { Program } from './prefork/program.js';
import { becoming } from './spare/become.js';
import { rehearse } from './spare/rehearse.js';
import type { Handoff } from './start/take-handoff.js';

/** The status of Node for an uncaught exception. */
const FAILED = 1;

/** Waits for a program at `fd`, and takes over its channel. */
export function adopt({ fd, addon, preload = [], code: _, ...settings }: Handoff): void {
  const started = { ...process.env };
  loadNative(addon);
  native().closeOnExec(fd);
  rehearse(settings);
  const become = becoming(started);
  load(preload, fd);
  report(fd, READY);
  const given = native().awaitHandOver(fd);
  if (given === null) return process.kill(process.pid, 'SIGKILL') as unknown as void; // the parent is gone
  const program = JSON.parse(given.text) as Program;
  const lifeline = become(program, given.handles);
  const end = lifeline === undefined ? {} : { lifeline, graceMs: program.graceMs as number };
  adoptChannel({ ...defaults, ...(program.channel as Handoff), ...end });
}

function load(preload: readonly string[], fd: number): void {
  if (preload.length === 0) return;
  const require = createRequire(join(process.cwd(), 'preload'));
  for (const module of preload) {
    try {
      require(module);
    } catch (error) {
      report(fd, `${module} cannot be preloaded: ${(error as Error)?.stack ?? String(error)}`);
      (process as unknown as { reallyExit(code: number): void }).reallyExit(FAILED);
    }
  }
}

function report(fd: number, text: string): void {
  try {
    writeSync(fd, text);
  } catch {
    // The parent is gone, which the wait finds out.
  }
}
