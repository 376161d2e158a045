// Runs the test suite with other versions of Node, installed from npm into .cache/nodes/.
//
//   npm run test:nodes                     Node 20, 22, 24 and 26
//   npm run test:nodes -- 20 26            these; other words are passed on to AVA
//   FORKWIRE_DRIVER=loop npm run test:nodes
import { installNode } from './lib/nodes.mjs';
import { explainAndExit } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';
import { drivers, runSuite, summarize } from './lib/suite.mjs';

const ALL = ['20', '22', '24', '26'];

const words = process.argv.slice(2);
const named = words.filter((word) => /^\d+$/.test(word));
const args = words.filter((word) => !named.includes(word) && word !== '--'); // AVA takes no file after it
const chosen = process.env.FORKWIRE_DRIVER;
const runs = [];

try {
  await setup();
  const nodes = [];
  for (const major of named.length > 0 ? named : ALL) nodes.push(await installNode(major));
  for (const node of nodes) {
    for (const driver of chosen ? [chosen] : drivers) {
      const name = `Node ${node.version}, ${driver} driver`;
      process.stdout.write(`\n== ${name}\n`);
      runs.push({ name, ...(await runSuite({ driver, node: node.path, args, onlyFailures: true })) });
    }
  }
} catch (error) {
  explainAndExit(error);
}
summarize(runs);
