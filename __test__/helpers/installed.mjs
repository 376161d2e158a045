import test from './test.mjs';
import {
  installClients,
  installClusters,
  installLibraries,
  installRuntime,
  installWebSockets,
} from '../../scripts/lib/programs.mjs';

/**
 * Tests that need something from npm. Where it cannot be installed they are skipped, with the reason in the title.
 *
 * @param {string} what its name, for the titles
 * @param {() => Promise<string>} install
 */
async function needing(what, install) {
  let found;
  let reason;
  try {
    found = await install();
  } catch (error) {
    reason = error.message.trim().split('\n').at(-1);
  }
  const declare = (title, body) => {
    if (found === undefined) test.skip(`${what}: ${title} (skipped: ${reason})`, body);
    else test(`${what}: ${title}`, (t) => body(t, found));
  };
  return declare;
}

export const withLibraries = (what) => needing(what, installLibraries);

export const withClients = (what) => needing(what, installClients);

export const withRuntime = (runtime) => needing(runtime, () => installRuntime(runtime));

export const withWebSockets = (what) => needing(what, installWebSockets);

export const withClusters = (what) => needing(what, installClusters);
