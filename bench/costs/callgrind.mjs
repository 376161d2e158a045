// Runs a program under valgrind's callgrind, which counts its instructions and the calls from each file of machine code:
// the same numbers on an idle and on a busy machine.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { must } from '../../scripts/lib/run.mjs';

/**
 * @typedef {object} Counts
 * @property {number} instructions
 * @property {{from: string, to: string, times: number}[]} calls the caller's file, and the function that it called
 */

/** The allocating functions of the C library, which Rust uses. */
export const ALLOCATIONS = /^(malloc|calloc|realloc|aligned_alloc|posix_memalign)$/;

/** @param {Counts['calls']} calls @param {RegExp} callee */
export const timesOf = (calls, callee) =>
  calls.reduce((sum, { to, times }) => (callee.test(to) ? sum + times : sum), 0);

/** @returns {Promise<Counts>} */
export async function countCalls({ program, env }, command) {
  const folder = mkdtempSync(join(tmpdir(), 'forkwire-costs-'));
  const file = join(folder, 'callgrind');
  // V8's generated code changes at run time.
  const options = ['--tool=callgrind', '--smc-check=all-non-file', `--callgrind-out-file=${file}`];
  try {
    await must(program, [...options, ...command], { env });
    return read(readFileSync(file, 'utf8'));
  } finally {
    if (existsSync(folder)) rmSync(folder, { recursive: true });
  }
}

/**
 * Reads callgrind's format: `ob=` and `fn=` start the costs of a function, `cob=` and `cfn=` name one that it calls, and
 * `calls=` is the number of calls. A name is written once, after its number.
 *
 * @see https://valgrind.org/docs/manual/cl-format.html
 */
function read(text) {
  const names = { ob: new Map(), fn: new Map() };
  const calls = [];
  let from;
  let called = {};
  for (const line of text.split('\n')) {
    const [, callee, kind, number, name] = /^(c?)(ob|fn)=\((\d+)\)(?: (.*))?/.exec(line) ?? [];
    if (kind !== undefined) {
      if (name !== undefined) names[kind].set(number, name);
      const known = names[kind].get(number);
      if (callee) called[kind] = known;
      else if (kind === 'ob') from = basename(known);
    } else if (line.startsWith('calls=')) {
      calls.push({ from, to: called.fn, times: Number.parseInt(line.slice('calls='.length), 10) });
      called = {};
    }
  }
  return { instructions: Number(/^(?:summary|totals): (\d+)/m.exec(text)?.[1]), calls };
}
