// What a process hands down to those that it starts, beside their environment and descriptors. A spare has it as it was when
// the spare was started: after a change (setuid(2), for example) none of them may be taken.
import { readFileSync } from '../platform/files.js';
import { NumberParseInt, process } from '../platform/primordials.js';

/** Lines of proc_pid_status(5) that a child inherits and that its parent can change in itself. */
const INHERITED =
  /^(Uid|Gid|Groups|CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp|Cpus_allowed|Mems_allowed):/;
const UMASK = /^Umask:\s*([0-7]+)/m;

const { getuid, geteuid, getgid, getegid, getgroups } = process;
const { getPriority } = require('node:os') as typeof import('node:os');

export interface Identity {
  /** Equal for two processes that hand down the same. */
  readonly text: string;
  /** The file mode creation mask. Undefined if only changing it would show it. */
  readonly umask: number | undefined;
}

export function identify(): Identity {
  const priority = priorityOf();
  let status: string;
  try {
    status = readFileSync('/proc/thread-self/status', 'latin1');
  } catch {
    const ids = [getuid?.(), geteuid?.(), getgid?.(), getegid?.(), getgroups?.()];
    return { text: `${priority} ${ids.join(' ')}`, umask: undefined };
  }
  const lines = status.split('\n').filter((line) => INHERITED.test(line));
  const umask = UMASK.exec(status)?.[1];
  return {
    text: `${priority}\n${lines.join('\n')}`,
    umask: umask === undefined ? undefined : NumberParseInt(umask, 8),
  };
}

function priorityOf(): number | undefined {
  try {
    return getPriority();
  } catch {
    return undefined; // a sandbox
  }
}
