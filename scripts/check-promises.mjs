// Checks that the tests named under each promise in the documentation exist.
//
//   npm run check:promises
import { addressesIn, faultOf, headingsWithout } from './lib/addresses.mjs';
import { readPage } from './lib/markdown.mjs';
import { SetupError, explainAndExit, say } from './lib/run.mjs';

const PAGES = ['docs/reliability.md', 'docs/protocol.md'];

try {
  const faults = [];
  let count = 0;
  for (const page of PAGES) {
    const text = readPage(page);
    const addresses = addressesIn(text);
    count += addresses.length;
    faults.push(
      ...addresses
        .map(faultOf)
        .filter(Boolean)
        .map((fault) => `${page}: ${fault}`),
      ...headingsWithout(text).map((heading) => `${page}: "${heading}" names no test`),
    );
  }
  if (faults.length > 0)
    throw new SetupError(
      `Promises without their tests:\n\n${faults.join('\n')}\n\n` +
        'Name the test in the comment under the promise, as `<!-- tested: FILE › TITLE -->` (scripts/lib/addresses.mjs),\n' +
        'or take the promise back.',
    );
  say(`each of ${count} addresses of promises leads to a test`);
} catch (error) {
  explainAndExit(error);
}
