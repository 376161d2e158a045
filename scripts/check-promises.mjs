// Checks that each sentence of the pages which promise something names its tests, and that these exist.
//
//   npm run check:promises
import { claimsIn, faultsOf } from './lib/addresses.mjs';
import { readPage } from './lib/markdown.mjs';
import { SetupError, explainAndExit, say } from './lib/run.mjs';

const PAGES = ['docs/reliability.md', 'docs/protocol.md'];

try {
  const faults = PAGES.flatMap((page) => faultsOf(readPage(page)).map((fault) => `${page}: ${fault}`));
  if (faults.length > 0)
    throw new SetupError(
      `Promises without their tests:\n\n${faults.join('\n')}\n\n` +
        'A comment in the section gives the beginning of each sentence, and under it its tests:\n' +
        '`<!-- tested: BEGINNING, then lines FILE › TITLE -->`, or `<!-- not tested: BEGINNING › REASON -->`, or\n' +
        '`<!-- explains: BEGINNING -->` if it promises and forbids nothing (scripts/lib/addresses.mjs).',
    );
  const claims = PAGES.flatMap((page) => claimsIn(readPage(page)));
  const tested = claims.filter(({ kind }) => kind === 'tested');
  say(
    `${tested.length} promises lead to their tests, and ${claims.length - tested.length} sentences need none`,
  );
} catch (error) {
  explainAndExit(error);
}
