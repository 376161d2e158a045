// A copy of the built package, with or without the checks for observers.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What is removed, as esbuild writes it, and the expression that replaces it. */
const QUESTIONS = [
  [/\w+\.hasSubscribers/g, 'false'],
  [/(\w+\.)?trace ?!== ?void 0/g, 'false'],
  [/monitor\.trace\?\.has\("messages"\) ?=== ?true/g, 'false'],
  [/this(\.#?\w+)*\.trace\?\.\w+\([^()]*\)/g, 'void 0'],
];

/** Returns the path of its main file. */
export function makeCopy(name, without) {
  const copy = join(root, '.cache', name);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const file of ['dist', 'index.js', 'package.json'])
    cpSync(join(root, file), join(copy, file), { recursive: true });
  for (const file of readdirSync(root).filter((one) => one.endsWith('.node')))
    symlinkSync(join(root, file), join(copy, file));
  if (without) for (const file of ['index.js', 'preload.js']) silence(join(copy, 'dist', file));
  return join(copy, 'dist', 'index.js');
}

function silence(file) {
  let text = readFileSync(file, 'utf8');
  for (const [question, answer] of QUESTIONS) {
    const silent = text.replace(question, answer);
    if (silent === text) throw new Error(`${file} has nothing like ${question}: has the build changed?`);
    text = silent;
  }
  writeFileSync(file, text);
}
