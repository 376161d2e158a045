// Is a build product still that of its sources? Answered by stat alone, so that the answer costs milliseconds.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cache, root } from './paths.mjs';

/**
 * A digest of the path, size and time of every file under `entries`. Times are compared for equality, not for
 * order: a checkout of an older version, or a file put back with its old time, is noticed as well.
 *
 * @param {string[]} entries files and folders relative to the top; missing ones count as missing
 * @param {RegExp} [skip] tested against each path relative to the top, with forward slashes
 */
export function fingerprint(entries, skip) {
  const hash = createHash('sha1');
  const visit = (path) => {
    if (skip?.test(path)) return;
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) visit(`${path}/${name}`);
    } else {
      hash.update(`${path} ${stat?.size} ${stat?.mtimeMs}\n`);
    }
  };
  entries.forEach(visit);
  return hash.digest('hex');
}

/**
 * Whether the products recorded under `name` are still there as they were made, and made from these sources.
 *
 * @param {string} sources a fingerprint
 */
export function isCurrent(name, sources) {
  let stamp;
  try {
    stamp = JSON.parse(readFileSync(stampFile(name), 'utf8'));
  } catch {
    return false; // never made, or interrupted
  }
  // The products too: a debug build by hand, say, is not to be tested or measured in place of the release build.
  return stamp.sources === sources && stamp.made === fingerprint(stamp.products);
}

/**
 * Records what was made of which sources.
 *
 * @param {string} sources a fingerprint
 * @param {string[]} products paths relative to the top
 */
export function writeStamp(name, sources, products) {
  const file = stampFile(name);
  const stamp = { sources, made: fingerprint(products), products };
  mkdirSync(dirname(file), { recursive: true });
  // Renamed into place: another process that is only looking must never see half of it.
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(stamp, null, 2)}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

export function dropStamp(name) {
  rmSync(stampFile(name), { force: true });
}

// The products differ by platform, and a checkout may be shared by several (a container's mount, a network drive).
function stampFile(name) {
  return join(cache, 'setup', `${name}-${process.platform}-${process.arch}.json`);
}
