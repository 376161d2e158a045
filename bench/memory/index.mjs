// Shared memory between two Rust processes: forkwire's beside that of iceoryx2 and ipc-channel.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describeMachine } from '../lib/machine.mjs';
import { putTable } from '../pages.mjs';
import { showNumber } from '../lib/words.mjs';

const manifest = join(import.meta.dirname, 'Cargo.toml');
/** The build of the checkout stays as it is. */
const target = join(import.meta.dirname, '../../target/memory-bench');

/** Builds the program, measures, and writes the table into a page of docs/. */
export function measureRust(page, rounds) {
  const own = ['run', '--release', '--locked', '--manifest-path', manifest, '--target-dir', target];
  const { status, stdout } = spawnSync('cargo', [...own, '--', rounds], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.exitCode = 1;
    return;
  }
  const table = makeTable(JSON.parse(stdout), rounds);
  console.log(`\n${table}\n\nwritten: ${putTable(page, 'memory in Rust', table)}`);
}

function makeTable({ heads, rows }, rounds) {
  const { date, cpus, cpu, platform, kernel } = describeMachine();
  const words = `${date.slice(0, 10)}, ${cpus} x ${cpu}, ${platform}, kernel ${kernel}; ${rounds} interleaved rounds.`;
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const show = (value) => (value === null ? '-' : showNumber(value));
  return [
    words,
    '',
    line(['case', 'unit', ...heads]),
    line(['---', '---:', ...heads.map(() => '---:')]),
    ...rows.map(({ title, unit, values }) => line([title, unit, ...values.map(show)])),
  ].join('\n');
}
