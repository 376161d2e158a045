// Installs the programs and runtimes that the suite runs with forkwire in place of node:child_process. The tests
// install them too when they are missing; this command does it in advance, while there is a network.
//
//   node scripts/install-programs.mjs           all
//   node scripts/install-programs.mjs bun deno  these
import {
  groups,
  installClients,
  installClusters,
  installLibraries,
  installRuntime,
  installWebSockets,
} from './lib/programs.mjs';
import { SetupError, explainAndExit, step } from './lib/run.mjs';

const INSTALL = {
  libraries: installLibraries,
  clients: installClients,
  websockets: installWebSockets,
  clusters: installClusters,
};

const chosen = process.argv.slice(2);
try {
  for (const group of chosen.length > 0 ? chosen : groups) {
    if (!groups.includes(group)) throw new SetupError(`There is no "${group}", but ${groups.join(', ')}.`);
    await step(`programs: ${group}`, () => (INSTALL[group] ?? installRuntime)(group));
  }
} catch (error) {
  explainAndExit(error);
}
