// The workflows cannot run here, so these tests check their text.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from '../helpers/test.mjs';
import { platformsOf } from '../../scripts/lib/paths.mjs';

const top = new URL('../../', import.meta.url);
const folder = new URL('.github/workflows/', top);
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(new URL(name, folder), 'utf8'),
}));
const [ci, release] = ['ci.yml', 'release.yml'].map(
  (name) => workflows.find((workflow) => workflow.name === name).text,
);
const { napi } = createRequire(import.meta.url)('../../package.json');
const platforms = platformsOf();

/** The lines of one job, from its name to the next job's. */
const job = (text, name) => new RegExp(`^ {2}${name}:\n(?:(?: {4}.*)?\n)*`, 'm').exec(text)[0];
/** The values of a key in a job's matrix. */
const inMatrix = (text, key) =>
  new Set([...text.matchAll(new RegExp(`\\b${key}: ([\\w-]+)`, 'g'))].map((m) => m[1]));

for (const { name, text } of workflows) {
  test(`${name} pins each action to a commit, and names its version`, (t) => {
    const used = [...text.matchAll(/uses: (.+)/g)].map(([, what]) => what);
    t.true(used.length > 0);
    for (const what of used)
      t.regex(what, /^(\.\/\.github\/workflows\/[\w.]+|[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
  });

  test(`${name} may only read the repository, except in jobs that state what they need`, (t) => {
    t.regex(text, /^permissions:\n {2}contents: read\n\n/m);
    const more = [...text.matchAll(/^ +([\w-]+): write/gm)].map(([, scope]) => scope);
    t.deepEqual(more, name === 'release.yml' ? ['id-token'] : []);
  });

  test(`${name} leaves no token behind, and limits the time of every job`, (t) => {
    const count = (pattern) => [...text.matchAll(pattern)].length;
    t.is(count(/persist-credentials: false/g), count(/actions\/checkout@/g));
    t.is(count(/timeout-minutes:/g), count(/runs-on:/g));
  });

  test(`${name} puts no untrusted text into a script`, (t) => {
    const scripts = text.split('\n').filter((line) => /^\s+(- )?run:/.test(line) || /^ {10,}\S/.test(line));
    const fields = /^\s+(node-version|name|path): /;
    t.deepEqual(
      scripts.filter((line) => line.includes('${{') && !fields.test(line)),
      [],
    );
  });
}

test('every platform that is published is built, and tested as it was built', (t) => {
  const [build, tests] = [job(ci, 'build'), job(ci, 'test')];
  t.deepEqual([...inMatrix(build, 'target')].sort(), [...napi.targets].sort());
  t.deepEqual([...inMatrix(build, 'platform')].sort(), platforms.sort());
  t.deepEqual([...inMatrix(tests, 'platform')].sort(), platforms.sort());
  t.regex(tests, /needs: build\n/);
  t.regex(tests, /actions\/download-artifact@/);
  t.regex(tests, /FORKWIRE_PREBUILT: 1/);
});

test('addons are built so that no path of the machine is in them', (t) => {
  const build = job(ci, 'build');
  t.is([...build.matchAll(/^ +node scripts\/build-addon\.mjs "\$TARGET" .*-- --locked$/gm)].length, 2);
  for (const { text } of workflows) t.notRegex(text, /\b(napi|cargo) build\b/);
});

test('nothing is published before everything is tested and present, and all of it with provenance', (t) => {
  const publish = job(release, 'publish');
  t.regex(job(release, 'ci'), /uses: \.\/\.github\/workflows\/ci\.yml/);
  t.regex(publish, /needs: ci\n/);
  t.true(publish.indexOf('check-release.mjs') < publish.indexOf('npm publish'));
  const commands = publish.match(/npm publish .+/g);
  t.is(commands.length, 2);
  for (const command of commands) t.regex(command, /--provenance/);
});
