// What systemd says to a program about the sockets that it passes: sd_listen_fds(3).
import { ArrayPrototypePush, NumberParseInt } from '../platform/primordials.js';
import { wrongListenFds } from './descriptor-errors.js';

/** The number of the first one (SD_LISTEN_FDS_START). The others follow it. */
const FIRST = 3;

/** More than a process may have open. */
const MOST = 1 << 20;

export const VARIABLES = ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES', 'LISTEN_PIDFDID'] as const;

export interface Passed {
  readonly fd: number;
  readonly name: string;
}

/**
 * The sockets that were passed to the process `pid`. None if the variables are absent or meant for another process, such as a shell in
 * between.
 * @throws ERR_FORKWIRE_LISTEN_FDS
 */
export function readListenFds(env: NodeJS.ProcessEnv, pid: number): Passed[] {
  const { LISTEN_PID: owner, LISTEN_FDS: count, LISTEN_FDNAMES: names } = env;
  if (owner === undefined || count === undefined || numberOf('LISTEN_PID', owner) !== pid) return [];
  const passed = numberOf('LISTEN_FDS', count);
  if (passed === 0) return []; // whatever their names are: sd_listen_fds_with_names(3)
  if (passed > MOST) throw wrongListenFds(`LISTEN_FDS is ${passed}, which is more than a process can have`);
  const all = names?.split(':');
  if (all !== undefined && all.length !== passed) {
    throw wrongListenFds(`LISTEN_FDS is ${passed}, and LISTEN_FDNAMES has ${all.length} names`);
  }
  const list: Passed[] = [];
  for (let index = 0; index < passed; index++) {
    ArrayPrototypePush(list, { fd: FIRST + index, name: all?.[index] ?? 'unknown' });
  }
  return list;
}

function numberOf(variable: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return NumberParseInt(text, 10);
  throw wrongListenFds(`${variable} is '${text.slice(0, 40)}', which is not a number`);
}
