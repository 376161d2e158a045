// Sets up what is needed, then runs the test suite once for each driver.
//
//   npm test                                      everything
//   npm test -- __test__/channel/send/callback.test.mjs   one file
//   npm test -- --match='*backlog*'               tests by title
//   FORKWIRE_DRIVER=task npm test                 one driver only
import { explainAndExit } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';
import { drivers, runSuite, summarize } from './lib/suite.mjs';

await setup().catch(explainAndExit);
const chosen = process.env.FORKWIRE_DRIVER;
const runs = [];
for (const driver of chosen ? [chosen] : drivers) {
  process.stdout.write(`\n== Node ${process.versions.node}, ${driver} driver\n`);
  runs.push({ name: `${driver} driver`, ...(await runSuite({ driver, args: process.argv.slice(2) })) });
}
summarize(runs);
