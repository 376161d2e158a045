// What a message costs in the protocol core, both ends together, in the program bench/frames.
import { root } from '../../scripts/lib/paths.mjs';
import { must } from '../../scripts/lib/run.mjs';
import { ALLOCATIONS, countCalls, timesOf } from './callgrind.mjs';

const CASES = {
  'json of 100 B, of 64 in a turn': 'small',
  'json of 1,000 B, of 64 in a turn': 'medium',
  'json with a handle': 'handles',
};

// The difference between the two is the cost of the messages alone: starting and ending the program cancels out.
const FEW = 6_400;
const MANY = 12_800;

export async function costsOfCore(valgrind) {
  const program = await build();
  const costs = {};
  for (const [title, name] of Object.entries(CASES)) {
    const [few, many] = await Promise.all([FEW, MANY].map((count) => counted(name, count)));
    const part = (what) => (many[what] - few[what]) / (MANY - FEW);
    costs[title] = {
      allocations: Number(part('allocations').toFixed(3)),
      instructions: Math.round(part('instructions')),
    };
  }
  return costs;

  async function counted(name, count) {
    const { instructions, calls } = await countCalls(valgrind, [program, name, String(count)]);
    return { allocations: timesOf(calls, ALLOCATIONS), instructions };
  }
}

/** Builds the program like the addon, and returns its path. */
async function build() {
  const words = ['build', '--release', '--locked', '--package', 'forkwire-frames', '--message-format=json'];
  const output = await must('cargo', words, { cwd: root }, 'bench/frames could not be built.');
  const executable = /"executable":"((?:[^"\\]|\\.)+)"/.exec(output)?.[1];
  return JSON.parse(`"${executable}"`);
}
