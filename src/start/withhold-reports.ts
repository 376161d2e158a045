// Withholds the reports of forkwire's own modules: see watch-reports.ts.
import { isFile } from './traces.js';
import { isReporting } from './watch-reports.js';
import { REGISTER, REGISTER_MODULE } from '../platform/paths.js';
import { ArrayIsArray, ObjectDefineProperty } from '../platform/primordials.js';

/** Withholds the reports of `--import forkwire/register`. */
export function withholdReports(target: object): void {
  const { send } = target as { send?: (...args: unknown[]) => boolean };
  if (!isReporting() || send === undefined) return;
  const value = function (this: unknown, ...args: unknown[]): boolean {
    return isOurReport(args[0]) || send(...args);
  };
  ObjectDefineProperty(target, 'send', { value, writable: true, enumerable: true, configurable: true });
}

function isOurReport(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false;
  const { 'watch:import': urls } = message as { 'watch:import'?: unknown };
  return ArrayIsArray(urls) && urls.length > 0 && urls.every(isOurUrl);
}

function isOurUrl(url: unknown): boolean {
  if (typeof url !== 'string' || !url.startsWith('file:')) return false;
  const { fileURLToPath } = require('node:url') as typeof import('node:url');
  const path = fileURLToPath(url);
  return isFile(path, REGISTER) || isFile(path, REGISTER_MODULE);
}
