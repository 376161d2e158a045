import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { closed, endWithTest, fixture } from './child.mjs';
import { temporaryFolder } from './cli.mjs';
import { once } from './events.mjs';

/** An environment of its own for what shows itself, and the folder that the sockets will be in. */
export function topEnvironment(t) {
  const parent = temporaryFolder(t);
  const env = { XDG_RUNTIME_DIR: parent, TMPDIR: parent, FORKWIRE_TOP: '1' };
  return { env, folder: join(parent, `forkwire-${process.geteuid()}`) };
}

/** A program with a child, which has exchanged one message with it. `end()` lets it end. */
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

/** Somebody else's folder in the place of ours: here, one that is open to all. */
export const openFolder = (folder) => mkdirSync(folder, { mode: 0o777, recursive: true });
