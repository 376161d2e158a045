// The measurements for people.
import { writeFileSync } from 'node:fs';
import { makePage } from './page.mjs';

/** Writes the page beside the JSON file and gives its path. */
export function writePage(jsonPath, report) {
  const path = `${jsonPath.replace(/\.json$/, '')}.html`;
  writeFileSync(path, makePage(report));
  return path;
}
