// One measurement in a process of its own: nothing compiled, allocated or collected before is in it.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const LIMIT_MS = 60_000;
const program = fileURLToPath(new URL('../measure.mjs', import.meta.url));

/** `{ values }`, one for each metric of the case, or `{ error }` with the reason. */
export async function measureApart({ name, implementation, quick, pin = [] }) {
  const [command, ...args] = [
    ...pin,
    process.execPath,
    program,
    name,
    implementation,
    quick ? 'quick' : 'full',
  ];
  const measuring = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  // Its own end of file, and not its exit, is waited for: so a child it leaves behind is noticed too.
  const timer = setTimeout(() => measuring.kill('SIGKILL'), LIMIT_MS);
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
    if (code === 0) return { values: JSON.parse(output) };
    if (signal !== null) return { error: `ended by ${signal} (${LIMIT_MS / 1000} s are given)` };
    return { error: complaint.trim() || `exit code ${code}` };
  } catch (error) {
    return { error: error.message };
  } finally {
    clearTimeout(timer);
  }
}
