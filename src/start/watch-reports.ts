// `node --watch` has each process below it report the modules that it loads to its parent, as messages that the parent's
// program sees too: lib/internal/modules/cjs/loader.js (`watch:require`) and esm/resolve.js (`watch:import`) in Node. This keeps what
// is loaded before the program out of them; withhold-reports.ts withholds what follows.
import { isFile, skipPreloads } from './traces.js';
import { REGISTER } from '../platform/paths.js';
import { process } from '../platform/captured.js';
import { loadPrivately } from '../platform/private-module.js';

export const isReporting = (): boolean => process.env['WATCH_REPORT_DEPENDENCIES'] !== undefined;

/** Does the work of `--require forkwire/register` before there is a channel to report it on. */
export function registerUnreported(): void {
  if (isReporting() && skipPreloads((path) => isFile(path, REGISTER))) loadPrivately(REGISTER);
}
