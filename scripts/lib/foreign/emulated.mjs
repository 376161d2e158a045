// Programs for another processor, run by qemu. The system itself cannot start such programs, so their children would fail:
// a script replaces Node wherever Node refers to itself.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpacked } from './packages.mjs';

const qemu = join(unpacked, 'usr', 'bin', 'qemu-aarch64-static');

/**
 * Makes a program that runs a Node of arm64, in which `process.execPath` is that program.
 *
 * @param {string} node the one for arm64
 * @param {string} place a folder for it
 * @param {string} root what that Node sees as `/`, where it exists
 * @returns {string} the program
 */
export function emulated(node, place, root) {
  mkdirSync(place, { recursive: true });
  const [path, preload] = [join(place, 'node'), join(place, 'exec-path.cjs')];
  writeFileSync(preload, `process.execPath = ${JSON.stringify(path)};\n`);
  const option = `--require=${JSON.stringify(preload)}`;
  writeFileSync(
    path,
    `#!/bin/sh
case "$NODE_OPTIONS" in
  *'${option}'*) ;;
  *) export NODE_OPTIONS='${option}'" $NODE_OPTIONS" ;;
esac
exec ${[qemu, '-L', root, node].map(quoted).join(' ')} "$@"
`,
    { mode: 0o755 },
  );
  return path;
}

const quoted = (word) => `'${word.replaceAll("'", String.raw`'\''`)}'`;
