import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { closed, endWithTest, fixture } from './child.mjs';
import { temporaryFolder } from './cli.mjs';
import { once } from './events.mjs';

/** A separate environment for observable programs, and the folder of their sockets. */
export function topEnvironment(t) {
  const parent = temporaryFolder(t);
  const env = { XDG_RUNTIME_DIR: parent, TMPDIR: parent, FORKWIRE_TOP: '1' };
  return { env, folder: join(parent, `forkwire-${process.geteuid()}`) };
}

/** A program that has exchanged one message with its child. `end()` lets it end. */
export async function startShown(t, env) {
  const program = spawn(process.execPath, [fixture('programs/shown.mjs'), 'forkwire'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  endWithTest(t, program);
  program.stdout.setEncoding('utf8');
  let complaints = '';
  program.stderr.setEncoding('utf8').on('data', (text) => (complaints += text));
  const [line] = await once(program.stdout, 'data');
  return {
    pid: program.pid,
    child: JSON.parse(line).child,
    program,
    complaints: () => complaints,
    end: () => {
      program.stdin.end();
      return closed(program);
    },
  };
}

/** A foreign folder in the place of ours: one that is open to everybody. */
export const openFolder = (folder) => mkdirSync(folder, { mode: 0o777, recursive: true });
