// `node --watch` has each process below it report the modules that it loads to its parent, as messages that the parent's
// program sees too: lib/internal/modules/cjs/loader.js (`watch:require`) and esm/resolve.js (`watch:import`) in Node.
import { isFile, skipPreloads } from './traces.js';
import { REGISTER, REGISTER_MODULE } from '../platform/files.js';
import { loadPrivately } from '../platform/private-module.js';
import { ArrayIsArray, ObjectDefineProperty, process } from '../platform/primordials.js';

const isReporting = (): boolean => process.env['WATCH_REPORT_DEPENDENCIES'] !== undefined;

/** Does the work of `--require forkwire/register` before there is a channel to report it on. */
export function registerUnreported(): void {
  if (isReporting() && skipPreloads((path) => isFile(path, REGISTER))) loadPrivately(REGISTER);
}

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
