// The descriptor in an object of Node.
import { native } from '../addon/native.js';
import { invalidHandle } from '../errors.js';
import { pack } from '../handles/outgoing.js';
import type { PackOptions } from '../handles/packed.js';
import { isWindows } from '../platform/system.js';
import { pack as packOther } from './pack.js';
import type Dgram = require('node:dgram');
import type Net = require('node:net');

/** Nothing is taken from the object. */
const LOOKING = {
  keepOpen: true,
  carriesBuffered: false,
  nodeWire: false,
  packOther,
} as unknown as PackOptions;

/** A duplicate. @throws ERR_INVALID_HANDLE_TYPE, EBADF for an object that is closed, EMFILE */
export function duplicateIn(source: object): number {
  // There, sockets have other numbers.
  if (isWindows && isSocket(source)) throw invalidHandle();
  const packed = pack(source, LOOKING);
  const { fd } = packed?.outgoing ?? { fd: -1 };
  return packed?.owned === true ? fd : native().duplicateFd(fd);
}

function isSocket(thing: object): boolean {
  const net = require('node:net') as typeof Net;
  const dgram = require('node:dgram') as typeof Dgram;
  return thing instanceof net.Socket || thing instanceof net.Server || thing instanceof dgram.Socket;
}
