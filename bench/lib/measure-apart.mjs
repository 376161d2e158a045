// One measurement in a separate process, free of anything compiled, allocated or collected before.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const LIMIT_MS = 120_000;
// A separate process group, where they exist, so that no child outlives an aborted measurement: one that is
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
  // Waits for the end of its output, and not for its exit, to notice a child that it leaves behind.
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

/** The line with the error's message from a stack trace with source context. */
function inShort(complaint) {
  const lines = complaint
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.find((line) => /error\b.*:/i.test(line)) ?? lines[0];
}
