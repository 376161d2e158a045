// Fetches a nats-server from Debian into .cache/, for the tests of forkwire/nats. One that is installed is used in its place.
//
//   node scripts/setup-nats.mjs
import { findNatsServer } from './lib/nats-server.mjs';
import { unpackPackages } from './lib/foreign/packages.mjs';
import { explainAndExit, say } from './lib/run.mjs';

try {
  if (findNatsServer() === undefined) await unpackPackages(['nats']);
  say(`nats-server: ${findNatsServer()}`);
} catch (error) {
  explainAndExit(error);
}
