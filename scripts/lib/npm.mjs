// npm, started without a shell.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execPath } from 'node:process';

/** For every call: no noise, and no scripts of packages (no package here needs them). */
export const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** @returns {string[]} the program and its first arguments */
export function npmCommand() {
  const { npm_execpath: running = '' } = process.env; // set by npm when it runs a script
  const beside = ['node_modules', join('..', 'lib', 'node_modules')].map((folder) =>
    join(dirname(execPath), folder, 'npm', 'bin', 'npm-cli.js'),
  );
  const scripts = basename(running) === 'npm-cli.js' ? [running] : beside;
  const script = scripts.find((file) => existsSync(file));
  return script ? [execPath, script] : ['npm'];
}
