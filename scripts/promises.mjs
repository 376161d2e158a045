// Runs the programs of __test__/promises on forkwire and on the runtimes' built-in channels, and prints a
// table of the results.
//
//   npm run promises                       forkwire and the current Node
//   npm run promises -- --peers            also Node 20 and 26, Bun and Deno, installed from npm into .cache/
//   npm run promises -- --peers --write    puts the table into docs/reliability.md
//   npm run promises -- exit-at-once ...   these only
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programs } from '../__test__/promises/list.mjs';
import { runProgram } from '../__test__/promises/run.mjs';
import { installNode } from './lib/nodes.mjs';
import { installRuntime, runtimeVersion } from './lib/programs.mjs';
import { root } from './lib/paths.mjs';
import { explainAndExit, say } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';

const BEGIN = '<!-- promises: begin -->';
const END = '<!-- promises: end -->';

const args = process.argv.slice(2);
const peers = args.includes('--peers');
const wanted = args.filter((arg) => !arg.startsWith('--'));

await main().catch(explainAndExit);

async function main() {
  await setup();
  const columns = await implementations();
  const rows = [];
  for (const { file, promise } of programs) {
    if (wanted.length > 0 && !wanted.includes(file)) continue;
    say(file);
    const row = [promise];
    for (const { how } of columns) row.push(cell(await runProgram(file, how)));
    rows.push(row);
  }
  const table = markdown(['', ...columns.map(({ name }) => name)], rows);
  process.stdout.write(`${table}\n`);
  if (args.includes('--write')) write(table);
}

async function implementations() {
  const node = process.versions.node.split('.')[0];
  const columns = [
    { name: `forkwire, Node ${node}`, how: { implementation: 'forkwire' } },
    { name: "forkwire, stock child, on Node's wire", how: { implementation: 'forkwire-node-wire' } },
    { name: `Node ${process.versions.node}`, how: { implementation: 'own' } },
  ];
  if (!peers) return columns;
  for (const major of ['20', '26'].filter((other) => other !== node)) {
    const { path, version } = await installNode(major);
    columns.push({ name: `Node ${version}`, how: { implementation: 'own', runtime: [path] } });
  }
  for (const [runtime, name, ...command] of [
    ['bun', 'Bun'],
    ['deno', 'Deno', 'run', '--allow-all'],
  ]) {
    const program = await installRuntime(runtime);
    const how = { implementation: 'own', runtime: [program, ...command] };
    columns.push({ name: `${name} ${runtimeVersion(runtime)}`, how });
  }
  return columns;
}

function cell({ kept, saw }) {
  return `${kept ? '✔' : '✘'} ${saw.replaceAll('|', '\\|')}`;
}

function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function write(table) {
  const file = join(root, 'docs/reliability.md');
  const text = readFileSync(file, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest.split(END)[1];
  writeFileSync(
    file,
    `${before}${BEGIN}\n<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->\n${END}${after}`,
  );
}
