// One measurement in a process of its own: nothing compiled, allocated or collected before is in it.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const LIMIT_MS = 120_000;
// A group of its own, where there are such, so that no child outlives a measurement that is broken off: one that is
// stopped or hangs would keep the pipe open for ever.
const inGroup = process.platform !== 'win32';
let measuring;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    breakOff();
    process.kill(process.pid, signal);
  });
}

const program = fileURLToPath(new URL('../measure.mjs', import.meta.url));

/**
 * `{ values }`, by the metrics of the case; with `blank`, the reason, if some or all cannot be had here, or with
 * `error` if the measurement failed.
 */
export async function measureApart({ name, contestant, quick, pin = [] }) {
  const { command: runtime, env, implementation } = contestant;
  const [command, ...args] = [...pin, ...runtime, program, name, implementation, quick ? 'quick' : 'full'];
  measuring = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: inGroup,
    env: { ...process.env, ...env },
  });
  // Its own end of file, and not its exit, is waited for: so a child it leaves behind is noticed too.
  const timer = setTimeout(breakOff, LIMIT_MS);
  const ended = new Promise((resolve, reject) => {
    measuring.once('error', reject);
    measuring.once('close', (code, signal) => resolve({ code, signal }));
  });
  try {
    const [{ code, signal }, output, complaint] = await Promise.all([
      ended,
      text(measuring.stdout),
      text(measuring.stderr),
    ]);
    const told = readLines(output);
    if (code === 0) return told;
    if (signal === 'SIGKILL') return { ...told, error: `not done after ${LIMIT_MS / 1000} s` };
    if (signal !== null) return { ...told, error: `${signal}: ${inShort(complaint) ?? ''}` };
    return { ...told, error: inShort(complaint) || `exit code ${code}` };
  } catch (error) {
    return { values: {}, error: error.message };
  } finally {
    clearTimeout(timer);
  }
}

function breakOff() {
  try {
    if (inGroup && measuring?.pid !== undefined) process.kill(-measuring.pid, 'SIGKILL');
    else measuring?.kill('SIGKILL');
  } catch (error) {
    // It has just ended.
    if (error.code !== 'ESRCH') throw error;
  }
}

function readLines(output) {
  const lines = output
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line));
  const blank = lines.find((line) => line.blank !== undefined)?.blank;
  return { values: Object.assign({}, ...lines.map((line) => line.values)), blank };
}

/** The line with the error's message, out of a stack trace with the source around it. */
function inShort(complaint) {
  const lines = complaint
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.find((line) => /error\b.*:/i.test(line)) ?? lines[0];
}
