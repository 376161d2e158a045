// What an addon requires of the machine that loads it, and reveals about the one that built it.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { root } from './paths.mjs';

/** The newest glibc that a published addon may need: that of RHEL 7, which the release builds against. */
const PUBLISHED = '2.17';

/** @returns {string | undefined} the newest version of glibc that the file names symbols of; none on other systems */
export function glibcOf(file) {
  const named = readFileSync(file, 'latin1').match(/GLIBC_\d+\.\d+/g) ?? [];
  return named
    .map((name) => name.slice('GLIBC_'.length))
    .sort((a, b) => minor(a) - minor(b))
    .at(-1);
}

/**
 * @param {string} file an addon
 * @param {{prebuilt: boolean}} options whether it will be published. A local build may depend on this system
 * @returns {string[]} the problems, one sentence each
 */
export function problemsOfAddon(file, { prebuilt }) {
  const problems = [];
  const glibc = glibcOf(file);
  if (prebuilt && glibc !== undefined && minor(glibc) > minor(PUBLISHED)) {
    problems.push(`The addon needs glibc ${glibc}, and may need no newer one than ${PUBLISHED}.`);
  }
  // An addon from elsewhere may have been built in a folder of the same name.
  if (prebuilt) return problems;
  const content = readFileSync(file);
  for (const path of [root, homedir()]) {
    if (path.length > 1 && content.includes(`${path}/`)) problems.push(`The addon contains the path ${path}`);
  }
  return problems;
}

/** All have been 2.something. */
function minor(version) {
  return Number(version.split('.')[1]);
}
