// forkwire bench: runs bench/ of the package, which measures in separate processes.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError, packageFolder } from './command.js';
import type { Command } from './command.js';

interface Bench {
  readOptions(args: string[]): object;
  bench(options: object): Promise<number>;
}

export const bench: Command = {
  summary: 'compares forkwire with node:child_process on this machine: a table, and a page of charts',

  async run(args) {
    const file = pathToFileURL(join(packageFolder, 'bench', 'command.mjs'));
    const measuring = (await import(file.href)) as Bench;
    let options: object;
    try {
      options = measuring.readOptions(args);
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    return measuring.bench(options);
  },
};
