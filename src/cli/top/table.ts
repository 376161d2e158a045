// Formats the rows for people.
import { paint } from '../paint.js';
import { printable } from '../printable.js';
import type { Row } from './rows.js';

const HEADS = [
  'PID',
  'CHANNEL',
  'WIRE',
  'SENT/s',
  'B/s',
  'RECV/s',
  'B/s',
  'BACKLOG',
  'HELD',
  'HANDLES',
  'ASKED',
  'SERVING',
  'DRAINS',
  'ERRORS',
];
/** Columns of words. The others are numbers, aligned to the right. */
const WORDS = 3;

/** Formats a number with three digits and a unit. */
export function short(number: number | undefined): string {
  if (number === undefined) return '-';
  const units = ['', 'k', 'M', 'G', 'T'];
  let value = number;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  const digits = (unit === 0 && Number.isInteger(value)) || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)}${units[unit] ?? ''}`;
}

/** A header and one line per row, no wider than `width`. */
export function table(rows: readonly Row[], width: number): string[] {
  const cells = rows.map(cellsOf);
  const widths = HEADS.map((head, at) =>
    cells.reduce((most, row) => Math.max(most, row[at]?.length ?? 0), head.length),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at < WORDS ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .slice(0, width);
  const lines = cells.map((row, at) => {
    const { sent, received } = rows[at] as Row;
    const text = line(row);
    if (sent.errors + received.errors > 0) return paint('red', text);
    return sent.backlog + received.backlog > 0 ? paint('yellow', text) : text;
  });
  return [paint('inverse', line(HEADS).padEnd(Number.isFinite(width) ? width : 0)), ...lines];
}

function cellsOf({ pid, thread, role, peer, wire, sent, received, sending, receiving }: Row): string[] {
  return [
    thread === 0 ? String(pid) : `${pid}/${thread}`,
    printable(`${role} of ${peer ?? 'none'}`),
    printable(wire),
    short(sending?.messages),
    short(sending?.bytes),
    short(receiving?.messages),
    short(receiving?.bytes),
    short(sent.backlog),
    short(received.backlog),
    short(sent.handlesInFlight + received.handlesInFlight),
    short(sent.requestsInFlight),
    short(received.requestsInFlight),
    short(sent.drains),
    short(sent.errors + received.errors),
  ];
}
