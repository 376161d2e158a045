// Runs a code block of the documentation as a reader would: writes its files into a folder and starts the first.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { filesOf } from '../../scripts/lib/markdown.mjs';
import { cache, commandOf } from '../../scripts/lib/paths.mjs';

const LIMIT_MS = 60_000;
const run = promisify(execFile);

/** Resolves to `{ code, stdout, stderr }`. */
export async function runBlock(t, block, more = {}) {
  // Inside the checkout, where the package's name resolves to itself and the compiler finds Node's types.
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'docs-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const files = filesOf(block);
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  const types = files.map(({ name }) => name).filter((name) => name.endsWith('ts'));
  if (types.length > 0) {
    const { code, stdout } = await compile(folder, types);
    if (code !== 0) return { code, stdout, stderr: 'it does not compile' };
  }
  return started(process.execPath, [join(folder, files[0].name.replace(/ts$/, 'js'))], folder, more);
}

function compile(folder, files) {
  const options = [
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--strict',
    '--types',
    'node',
    '--skipLibCheck',
  ];
  return started(
    process.execPath,
    [commandOf('typescript', 'tsc'), ...options, '--ignoreConfig', ...files],
    folder,
  );
}

async function started(program, args, cwd, more = {}) {
  // A reader's environment does not have these.
  const env = { ...process.env, ...more };
  for (const name of ['FORKWIRE', 'FORKWIRE_DEBUG', 'NODE_OPTIONS']) delete env[name];
  try {
    const { stdout, stderr } = await run(program, args, {
      cwd,
      env,
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    return { code: 0, stdout, stderr };
  } catch ({ code, stdout = '', stderr = '' }) {
    return { code, stdout, stderr };
  }
}
