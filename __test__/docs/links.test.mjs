// What the documentation links to exists.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from '../helpers/test.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { anchors, localLinks, pages, parse, readPage } from '../../scripts/lib/markdown.mjs';

for (const page of [...pages, 'CONTRIBUTING.md', 'SECURITY.md', 'RELEASING.md']) {
  test(`every link of ${page} leads to a file and a heading that exist`, (t) => {
    const broken = localLinks(page).filter(({ path, anchor }) => {
      if (!existsSync(join(root, path))) return true;
      return anchor !== '' && !anchors(readPage(path)).includes(anchor);
    });
    t.deepEqual(broken, []);
  });
}

test('README.md leads to every page of docs/', (t) => {
  const linked = new Set(localLinks('README.md').map(({ path }) => path));
  t.deepEqual(
    pages.filter((page) => page !== 'README.md' && !linked.has(page)),
    [],
  );
});

test('the troubleshooting page has a section for every error code in the sources, and for no other', (t) => {
  const sources = ['src', 'crates'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((path) => /\.(ts|rs)$/.test(path) && !/(^|\/)(tests?|target)(\/|\.rs$)/.test(path))
      .map((path) => readFileSync(join(root, folder, path), 'utf8')),
  );
  const codes = new Set(sources.join('\n').match(/\bERR_FORKWIRE_[A-Z_]*[A-Z]\b/g));
  const headings = parse(readPage('docs/troubleshooting.md'))
    .prose.map((line) => /^### (ERR_FORKWIRE_[A-Z_]+)$/.exec(line)?.[1])
    .filter(Boolean);
  t.true(codes.size >= 9, [...codes].join(' '));
  t.deepEqual(headings.toSorted(), [...codes].sort());
});
