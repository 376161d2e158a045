// The machine of a measurement, and how to keep a process on one CPU.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';

export function describeMachine() {
  const cpus = os.cpus();
  return {
    date: new Date().toISOString(),
    node: process.version,
    v8: process.versions.v8,
    uv: process.versions.uv,
    platform: `${process.platform} ${process.arch}`,
    kernel: os.release(),
    cpu: cpus[0]?.model ?? 'unknown',
    cpus: os.availableParallelism(),
    memory: os.totalmem(),
  };
}

/**
 * The words to put before a command so that it and its children stay on one CPU, or undefined where
 * that cannot be done. Unpinned, round trips on a virtual machine have two typical durations, and
 * which one a run gets is luck.
 */
export function pinCommand() {
  if (process.platform !== 'linux') return undefined;
  const command = ['taskset', '-c', firstAllowedCpu()];
  try {
    execFileSync(command[0], [...command.slice(1), 'true'], { stdio: 'ignore' });
    return command;
  } catch {
    return undefined;
  }
}

/** Not simply 0: a container may have been assigned other CPUs. */
function firstAllowedCpu() {
  const status = readFileSync('/proc/self/status', 'utf8');
  return /^Cpus_allowed_list:\s*(\d+)/m.exec(status)?.[1] ?? '0';
}
