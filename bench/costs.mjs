// Counts what forkwire costs, in figures that are the same on every machine of this kind, into bench/costs.json.
//
//   npm run bench:costs               writes the file; its diff shows what has become larger
//   npm run bench:costs -- --check    compares with the file, as in CI
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installNode } from '../scripts/lib/nodes.mjs';
import { builtAddons } from '../scripts/lib/paths.mjs';
import { explainAndExit, say, SetupError } from '../scripts/lib/run.mjs';
import { differences } from './costs/compare.mjs';
import { costsOfCore } from './costs/core.mjs';
import { costsOfMessages } from './costs/messages.mjs';
import { sizes } from './costs/sizes.mjs';
import { loadedAtStart } from './costs/start.mjs';
import { findStrace, findValgrind } from './costs/tools.mjs';

/** Other versions load other modules at start. */
const NODE = '20';

const file = join(import.meta.dirname, 'costs.json');

await main().catch(explainAndExit);

async function main() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    say('costs are counted on Linux on x86-64 only');
    return;
  }
  const counted = await count();
  if (!process.argv.includes('--check')) {
    writeFileSync(file, `${JSON.stringify(counted, undefined, 2)}\n`);
    say('written: bench/costs.json');
    return;
  }
  const found = differences(JSON.parse(readFileSync(file, 'utf8')), counted);
  if (found.length > 0) {
    throw new SetupError(
      `bench/costs.json does not say what forkwire costs:\n\n${found.join('\n')}\n\n` +
        'If the change is meant, run `npm run bench:costs`, commit the file, and say why in the commit.',
    );
  }
  say('forkwire costs what bench/costs.json says');
}

async function count() {
  const own = process.versions.node.split('.')[0] === NODE;
  const node = own ? process.execPath : (await installNode(NODE)).path;
  const [addon] = builtAddons();
  const valgrind = await findValgrind();
  return {
    'a json message of 100 B, at the end of the parent': await costsOfMessages(valgrind, node, addon),
    'a message in the protocol core, both ends': await costsOfCore(valgrind),
    bytes: await sizes(addon),
    [`loaded at start, Node ${NODE}`]: await loadedAtStart(await findStrace(), node),
  };
}
