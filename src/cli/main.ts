#!/usr/bin/env node
// npx forkwire: checks this machine and shows running programs.
import { bench } from './bench.js';
import { Failure, UsageError, print, version } from './command.js';
import type { Command } from './command.js';
import { doctor } from './doctor/index.js';
import { nats } from './nats.js';
import { top } from './top/index.js';

const commands: Readonly<Record<string, Command>> = { doctor, bench, top, nats };

const HELP = `usage: forkwire COMMAND [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join('\n')}

  forkwire COMMAND --help   prints the options of a command
  forkwire --version        prints the version of this package`;

async function main([name, ...args]: string[]): Promise<number> {
  if (name === '--version' || name === '-v') {
    print(version());
    return 0;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    print(HELP);
    return 0;
  }
  if (name === undefined) throw new UsageError(`missing command\n\n${HELP}`);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const what = name.startsWith('-') ? 'option' : 'command';
    throw new UsageError(`unknown ${what} ${name}\n\n${HELP}`);
  }
  if (command.help !== undefined && (args.includes('--help') || args.includes('-h'))) {
    print(command.help);
    return 0;
  }
  return command.run(args);
}

// `| head` closes the pipe, and nobody reads the rest.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

async function start(): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const mistake = error instanceof UsageError;
    const plain = mistake || error instanceof Failure;
    process.stderr.write(`forkwire: ${plain ? error.message : String((error as Error).stack ?? error)}\n`);
    process.exitCode = mistake ? 2 : 1;
  }
}

void start();
