// Runs one program of this folder with one implementation, and says what came of it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { withoutExtraCerts } from '../../scripts/lib/extra-certs.mjs';

/** A program that has not ended by then never will: it waits for what does not come. Milliseconds. */
const PATIENCE = 60_000;

/**
 * @param {string} file
 * @param {object} how
 * @param {string} how.implementation 'forkwire', 'forkwire-node-wire' or 'own'
 * @param {URL} [how.folder] where its programs are; those of this folder by default
 * @param {object} [how.env] more variables
 * @param {string[]} [how.runtime] the command that runs the program; the current Node by default
 * @returns {Promise<{kept: boolean, saw: string}>}
 */
export function runProgram(
  file,
  { implementation, runtime = [process.execPath], folder = new URL('programs/', import.meta.url), env = {} },
) {
  const [command, ...args] = runtime;
  const child = spawn(command, [...args, fileURLToPath(new URL(`${file}.cjs`, folder))], {
    env: {
      ...withoutExtraCerts(process.env),
      FORKWIRE_PROMISES: implementation,
      FORKWIRE_PROMISES_NODE: process.execPath,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // in a group of its own, so that its children can be ended with it
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const timer = setTimeout(endGroup, PATIENCE);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', endGroup);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const report = stdout.split('\n').find((line) => line.startsWith('{"kept"'));
      resolve(report === undefined ? crash(code, signal, stderr) : JSON.parse(report));
    });
  });

  function endGroup() {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // All of it has ended.
    }
  }
}

function crash(code, signal, stderr) {
  if (signal === 'SIGKILL') return { kept: false, saw: 'it hangs' };
  const lines = stripVTControlCharacters(stderr).split('\n');
  const line = lines.find((text) => /^(\w*Error\b|error: )|Assertion/.test(text)) ?? '';
  const what = /\w*Error\b.*|error: .*|Assertion .*/.exec(line)?.[0] ?? 'says nothing';
  return { kept: false, saw: `the process crashes (${signal ?? code}): ${what.slice(0, 90)}` };
}
