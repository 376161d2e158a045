// Checks the options of prefork() when it is called: what is wrong with them would otherwise show with the first fork().
import { fileURLToPath } from 'node:url';
import { invalidArgument, outOfRange } from '../errors.js';
import { ArrayIsArray, Buffer, NumberIsInteger, ObjectKeys } from '../platform/primordials.js';
import type { PreforkOptions } from '../prefork-types.js';
import { unknownOption } from './errors.js';

/** The largest count. */
const MOST = 1024;

type Name = keyof PreforkOptions | 'argv0' | 'shell' | 'windowsHide';
type Check = readonly [expected: string, isValid: (value: unknown) => boolean];

const isBoolean: Check = ['of type boolean', (value) => typeof value === 'boolean'];
const isString: Check = ['of type string', (value) => typeof value === 'string'];
/** As isInt32() of Node. */
const isId: Check = ['of type int32', (value) => value === ((value as number) | 0)];
/** Checked elsewhere: below, by fork(), or by what reads the options of a channel. */
const elsewhere: Check = ['', () => true];

/** All options. The checks are those of normalizeSpawnArguments() in lib/child_process.js of Node, for what a spare is started with. */
const OPTIONS: Readonly<Record<Name, Check>> & { readonly __proto__: null } = {
  __proto__: null,
  argv0: isString,
  count: elsewhere,
  cwd: [
    'of type string or an instance of Buffer or URL',
    (value) => typeof value === 'string' || value instanceof URL || Buffer.isBuffer(value),
  ],
  detached: isBoolean,
  endWithParent: elsewhere,
  env: ['of type object', (value) => typeof value === 'object'],
  execArgv: ['an instance of Array', (value) => ArrayIsArray(value)],
  execPath: isString,
  flushTimeout: elsewhere,
  gid: isId,
  graceMs: elsewhere,
  highWaterMark: elsewhere,
  ignoreLateSends: elsewhere,
  killSignal: elsewhere,
  latency: elsewhere,
  maxMessageSize: elsewhere,
  modulePath: elsewhere,
  preload: elsewhere,
  serialization: elsewhere,
  shell: ['of type boolean or string', (value) => typeof value === 'boolean' || typeof value === 'string'],
  signal: elsewhere,
  silent: elsewhere,
  stdio: elsewhere,
  timeout: elsewhere,
  uid: isId,
  windowsHide: isBoolean,
  windowsVerbatimArguments: isBoolean,
  wire: elsewhere,
};

/** @throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE */
export function checkOptions(options: PreforkOptions): void {
  if (typeof options !== 'object' || options === null)
    throw invalidArgument('options', 'of type object', options);
  for (const name of ObjectKeys(options)) {
    const check = OPTIONS[name as Name] as Check | undefined;
    if (check === undefined) throw unknownOption(`options.${name}`, 'prefork()');
    const value = options[name as keyof PreforkOptions] as unknown;
    const [expected, isValid] = check;
    if (value !== undefined && value !== null && !isValid(value))
      throw invalidArgument(`options.${name}`, expected, value);
  }
  checkCount(options.count);
}

function checkCount(count: unknown): void {
  if (typeof count !== 'number') throw invalidArgument('options.count', 'of type number', count);
  if (!NumberIsInteger(count)) throw outOfRange('options.count', 'an integer', count);
  if (count < 1 || count > MOST) throw outOfRange('options.count', `>= 1 && <= ${MOST}`, count);
}

/** The modules as require() takes them. @throws ERR_INVALID_ARG_TYPE */
export function readPreload(preload: unknown): string[] {
  if (!ArrayIsArray(preload)) throw invalidArgument('options.preload', 'an instance of Array', preload);
  return preload.map((module: unknown, index) => {
    if (module instanceof URL) return fileURLToPath(module);
    if (typeof module !== 'string')
      throw invalidArgument(`options.preload[${index}]`, 'of type string or an instance of URL', module);
    return module.startsWith('file:') ? fileURLToPath(module) : module;
  });
}
