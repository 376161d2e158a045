// The folder for the sockets of processes with FORKWIRE_TOP=1. Only their user can enter it.
import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = /^(\d+)-(\d+)\.sock$/;

export interface Place {
  readonly path: string;
  readonly pid: number;
  readonly thread: number;
}

/** The folders that may contain a user's sockets. This process uses the first one that it can. */
export function foldersOf(uid: number): string[] {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const parents = [runtime, `/run/user/${uid}`, tmpdir(), '/tmp'].filter(
    (path) => path !== undefined && path !== '',
  );
  return [...new Set(parents.map((parent) => join(parent as string, `forkwire-${uid}`)))];
}

/** Creates the folder of this process's user in the first possible place. @throws the reason if there is none */
export function makeFolder(uid: number): string {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const reasons: string[] = [];
  for (const parent of [runtime, tmpdir()]) {
    if (parent === undefined || parent === '') continue;
    const folder = join(parent, `forkwire-${uid}`);
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        reasons.push((error as Error).message);
        continue;
      }
    }
    const fault = faultOf(folder, uid);
    if (fault === undefined) return folder;
    reasons.push(fault);
  }
  throw new Error(reasons.join('; '));
}

/** Why a folder cannot be trusted. Undefined if it can. Another user may have created it in /tmp for us to use. */
export function faultOf(folder: string, uid: number): string | undefined {
  const about = lstatSync(folder);
  if (!about.isDirectory()) return `${folder} is not a folder`;
  if (about.uid !== uid) return `${folder} belongs to user ${about.uid}`;
  return (about.mode & 0o077) === 0
    ? undefined
    : `${folder} is accessible to other users: run chmod 700 on it`;
}

/** The sockets in a folder: all of them, or those of one process. */
export function socketsIn(folder: string, pid?: number): Place[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const places = names.flatMap((name) => {
    const [, process, thread] = NAME.exec(name) ?? [];
    return process === undefined
      ? []
      : [{ path: join(folder, name), pid: Number(process), thread: Number(thread) }];
  });
  return pid === undefined ? places : places.filter((place) => place.pid === pid);
}
