// The result of one check.

/** `bad`: forkwire does not work here, or not as promised. `note`: worth knowing, but nothing is wrong. */
export type Status = 'ok' | 'note' | 'bad';

export interface Check {
  readonly name: string;
  readonly status: Status;
  readonly text: string;
  /** What to do, one line per step. */
  readonly advice?: readonly string[];
  /** The same information for programs (`--json`). */
  readonly data?: Readonly<Record<string, unknown>>;
}

export const whole = (number: number): string => Math.round(number).toLocaleString('en-US');

/** Formats bytes for people. */
export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}
