// What can be made of a descriptor, and what an error suggests instead.
import type { Description } from '../addon/native.js';
import { invalidArgument, invalidValue } from '../errors.js';
import { runtime } from '../platform/runtime.js';
import { wrongType } from './descriptor-errors.js';

export type Use = 'createReadStream' | 'createWriteStream' | 'toSocket' | 'toDatagramSocket' | 'toServer';

const NEEDED: Readonly<Record<Use, string>> = {
  createReadStream: 'something that can be read',
  createWriteStream: 'something that can be written',
  toSocket: 'a stream socket or a pipe',
  toDatagramSocket: 'a datagram socket of UDP',
  toServer: 'a listening socket',
};

/** @throws ERR_FORKWIRE_DESCRIPTOR_TYPE */
export function checkUse(use: Use, fd: number, what: Description): void {
  if (uses(what).includes(use)) {
    if (runtime === 'Deno' && isFile(what)) throw wrongType(NOT_DENO);
    return;
  }
  const others = uses(what)
    .map((other) => `${other}()`)
    .join(' or ');
  const advice = others === '' ? '' : `: use ${others}`;
  throw wrongType(`${use}() needs ${NEEDED[use]}, and descriptor ${fd} is ${nameOf(what)}${advice}`);
}

/** @throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE */
export function checkServer(server: unknown): void {
  if (server === undefined) return;
  const { listen, _handle } = (server ?? {}) as { readonly listen?: unknown; readonly _handle?: unknown };
  if (typeof listen !== 'function') throw invalidArgument('server', 'an instance of net.Server', server);
  if (_handle) throw invalidValue('server', 'must be a server that does not listen yet');
}

const NOT_DENO =
  'Deno reads and writes no file by a descriptor that it did not open itself. The descriptor can be sent on, or given to a ' +
  "child process in 'stdio'";

function isFile({ type }: Description): boolean {
  return type !== 'socket' && type !== 'pipe' && type !== 'terminal';
}

function uses(what: Description): Use[] {
  const { type, family, listening } = what;
  if (type === 'directory') return [];
  if (type === 'pipe') return [...streams(what), 'toSocket'];
  if (type !== 'socket') return streams(what);
  if (listening) return ['toServer'];
  if (family === 'udp4' || family === 'udp6') return ['toDatagramSocket'];
  return family === '' ? [] : ['toSocket', ...streams(what)];
}

function streams({ readable, writable }: Description): Use[] {
  const all: Use[] = [];
  if (readable) all.push('createReadStream');
  if (writable) all.push('createWriteStream');
  return all;
}

function nameOf({ type, family, listening, readable, writable }: Description): string {
  if (type === 'socket') {
    if (listening) return 'a listening socket';
    if (family === '') return 'a socket of a kind that Node does not have';
    return family.startsWith('udp') ? 'a datagram socket' : 'a stream socket';
  }
  const name =
    type === 'other' || type === 'unknown' ? 'something that is not a file' : `a ${type.replace('-', ' ')}`;
  if (type === 'directory' || (readable && writable)) return name;
  return `${name} that is open for ${readable ? 'reading' : 'writing'} only`;
}
