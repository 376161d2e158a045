// The live view, until `q` is pressed or the program ends.
import { printable } from '../printable.js';
import { paint } from '../paint.js';
import type { Family } from './family.js';
import { ORDERS, rowsOf } from './rows.js';
import type { Order } from './rows.js';
import { table } from './table.js';
import type { ProcessShown } from '../../observe/top/shown.js';

const { stdin, stdout } = process;
const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const QUIT = ['q', 'Q', '\x03', '\x1b'];

/** Resolves when the view ends, to whether the program is still there. */
export async function watch(family: Family, pid: number, interval: number): Promise<boolean> {
  let order: Order = 'messages';
  let before: ProcessShown[] = [];
  let now: ProcessShown[] = [];
  let leave = (): void => {};
  const left = new Promise<false>((resolve) => {
    leave = () => resolve(false);
  });
  const draw = (): void => paintScreen(screen(pid, before, now, order));
  const onKey = (key: Buffer | string): void => {
    const text = String(key);
    if (QUIT.includes(text)) leave();
    const chosen = ORDERS.find((name) => name[0] === text);
    if (chosen === undefined) return;
    order = chosen;
    draw();
  };
  stdin.setRawMode?.(true);
  stdin.on('data', onKey);
  stdout.on('resize', draw);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave);
  stdout.write(ENTER);
  try {
    for (;;) {
      const seen = await Promise.race([family.look(), left]);
      if (seen === false) return true;
      if (!family.there) return false;
      [before, now] = [now, seen];
      draw();
      if ((await Promise.race([pause(interval), left])) === false) return true;
    }
  } finally {
    stdout.write(LEAVE);
    stdout.off('resize', draw);
    stdin.off('data', onKey);
    stdin.setRawMode?.(false);
    stdin.pause();
  }
}

function screen(pid: number, before: ProcessShown[], now: ProcessShown[], order: Order): string[] {
  const width = stdout.columns || 120; // 0: a terminal that does not know
  const rows = rowsOf(before, now, order);
  const root = now.find((one) => one.pid === pid);
  const processes = new Set(now.map((one) => one.pid)).size;
  const what = root === undefined ? 'does not answer: it computes or is stopped' : printable(root.program);
  const counts = `${count(processes, 'process', 'es')}, ${count(rows.length, 'channel')}`;
  const title = `forkwire top  ${pid}  ${what}  ${counts}`.slice(0, width);
  const keys = `q quits, sorted by ${order} (keys: ${ORDERS.map((name) => `${name[0]} ${name}`).join(', ')})`;
  return [paint('bold', title), paint('dim', keys.slice(0, width)), '', ...table(rows, width)];
}

function paintScreen(lines: string[]): void {
  const shown = lines.slice(0, stdout.rows || 24);
  stdout.write(`\x1b[H${shown.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`);
}

function pause(interval: number): Promise<true> {
  return new Promise((resolve) => {
    setTimeout(resolve, interval, true);
  });
}

export function count(number: number, what: string, plural = 's'): string {
  return `${number} ${what}${number === 1 ? '' : plural}`;
}
