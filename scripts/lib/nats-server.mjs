// Where a nats-server is.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cache } from './paths.mjs';

/** @returns {string | undefined} the program that is installed, or that scripts/setup-nats.mjs has fetched */
export function findNatsServer() {
  const name = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    join(cache, 'foreign', 'root', 'usr', 'sbin'),
  ];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}
