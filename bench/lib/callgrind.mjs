// Instructions that a message costs in the protocol core, counted by valgrind's callgrind: the same number on an idle
// and on a busy machine. The program is bench/frames.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../frames/', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));

// The difference between the two is that of the messages alone: starting and ending the program falls out.
const FEW = 6_400;
const MANY = 12_800;

/** `{ counts: [{ name, most, count }] }`, or `{ skipped: reason }`. Throws if the program cannot be built. */
export async function countFrames() {
  const platform = `${process.platform}-${process.arch}`;
  const bounds = JSON.parse(readFileSync(join(folder, 'bounds.json'), 'utf8'))[platform];
  if (bounds === undefined) return { skipped: `bench/frames/bounds.json has none for ${platform}` };
  if ((await run('valgrind', ['--version'])).code !== 0) return { skipped: 'there is no valgrind here' };
  const program = await build();
  const counts = [];
  for (const [name, most] of Object.entries(bounds)) {
    const difference = (await instructions(program, name, MANY)) - (await instructions(program, name, FEW));
    counts.push({ name, most, count: Math.round(difference / (MANY - FEW)) });
  }
  return { counts };
}

/** Builds the program as the addon is built, and gives its path. */
async function build() {
  const words = ['build', '--release', '--locked', '--package', 'forkwire-frames', '--message-format=json'];
  const { code, output, complaint } = await run('cargo', words);
  if (code !== 0) throw new Error(`bench/frames could not be built:\n${complaint}`);
  const messages = output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return messages.find(({ executable }) => typeof executable === 'string').executable;
}

async function instructions(program, name, count) {
  const words = ['--tool=callgrind', '--callgrind-out-file=/dev/null', program, name, String(count)];
  const { code, complaint } = await run('valgrind', words);
  const collected = /Collected\s*:\s*(\d+)/.exec(complaint)?.[1];
  if (code !== 0 || collected === undefined) throw new Error(`valgrind failed on ${name}:\n${complaint}`);
  return Number(collected);
}

/** `{ code, output, complaint }`; code is undefined if there is no such program. */
async function run(program, words) {
  const child = spawn(program, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', resolve);
  });
  const [code, output, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, output, complaint };
}
