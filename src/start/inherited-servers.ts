// inheritedServers(), loaded when it is first called.
import type { InheritedServer } from '../descriptor-types.js';
import { extra } from './lazy-class.js';

/**
 * The sockets that systemd, or another program in the same way, started this process with (`LISTEN_FDS`, `LISTEN_PID` and
 * `LISTEN_FDNAMES`: sd_listen_fds(3)). Empty if there are none, in a worker thread, and on Windows. Each call returns the same objects.
 *
 * The first call removes the variables from `process.env` and makes the sockets close-on-exec, so that no child process takes them for
 * its own.
 *
 * @throws {Error} ERR_FORKWIRE_LISTEN_FDS if the variables are malformed, or one of the descriptors is not open
 */
export function inheritedServers(): InheritedServer[] {
  return extra().inheritedServers();
}
