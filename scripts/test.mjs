// Sets up what is needed, then runs the test suite under each driver.
//
//   npm test                                      everything under `loop`; under `task`, what a driver can change
//   npm test -- --full                            everything under both, with every repetition, as in CI
//   npm test -- __test__/channel/send/callback.test.mjs   one file
//   npm test -- --match='*backlog*'               tests by title
//   FORKWIRE_DRIVER=task npm test                 one driver only
import { explainAndExit } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';
import { dependOnDriver, drivers, runSuite, summarize } from './lib/suite.mjs';

await setup().catch(explainAndExit);
const full = process.argv.includes('--full');
const args = process.argv.slice(2).filter((word) => word !== '--full');
const chosen = process.env.FORKWIRE_DRIVER;
const runs = [];
for (const driver of chosen ? [chosen] : drivers) {
  process.stdout.write(`\n== Node ${process.versions.node}, ${driver} driver\n`);
  const second = runs.length > 0;
  const env = {
    ...(full && { FORKWIRE_TEST_FULL: '1' }),
    // Node's own channel has no driver, so its tests have passed already.
    ...(second && { FORKWIRE_TEST_ONLY: 'forkwire' }),
  };
  const files = second && !full && args.length === 0 ? dependOnDriver() : [];
  runs.push({ name: `${driver} driver`, ...(await runSuite({ driver, env, args: [...args, ...files] })) });
}
summarize(runs);
