// What every command of `forkwire` needs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';

export interface Command {
  /** One line, for the list of the commands. */
  readonly summary: string;
  /** Undefined if the command handles --help itself. */
  readonly help?: string;
  /** Resolves to the exit code. @throws {UsageError} */
  run(args: string[]): Promise<number>;
}

/** A mistake on the command line. It is printed in one line, and the exit code is 2. */
export class UsageError extends Error {}

/** Something is wrong that the user knows how to put right. It is printed in one line, and the exit code is 1. */
export class Failure extends Error {}

/** The top of the installed package. */
export const packageFolder = join(__dirname, '..');

export function version(): string {
  const { version: number } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  return number;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** `parseArgs` of node:util. Its errors are the user's mistakes. @throws {UsageError} */
export function parse<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError((error as Error).message.split('. To specify', 1)[0]);
  }
}
