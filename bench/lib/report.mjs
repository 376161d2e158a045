// The measurements as a JSON file, for programs and for comparing runs later.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeBackpressure } from './implementations.mjs';
import { median, ratios, spread } from './statistics.mjs';

const resultsFolder = fileURLToPath(new URL('../results/', import.meta.url));

/** Writes the file and gives its path. */
export function writeReport(file, { machine, options, pin, results }) {
  const path = basename(file) === file ? resolve(resultsFolder, file) : resolve(file);
  const { rounds, quick, pair } = options;
  const report = {
    machine,
    rounds,
    quick,
    pair,
    pinned: pin?.join(' ') ?? null,
    backpressure: [...new Set(pair)].map(describeBackpressure),
    rows: results.flatMap(toRows),
    failures: results.flatMap((result) => result.failures),
  };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  return path;
}

function toRows({ name, title, pinned, metrics, samples }) {
  return metrics.map(({ id, label, unit, better }) => ({
    case: name,
    metric: id,
    title: label === undefined ? title : `${title}, ${label}`,
    unit,
    better,
    pinned,
    sides: samples[id].map((values) => ({ median: median(values), spread: spread(values), values })),
    ratio: ratios(samples[id], better),
  }));
}
