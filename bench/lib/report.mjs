// The measurements as a JSON file, for programs and later comparisons, and as a page for people.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bestPeer } from './best.mjs';
import { describeBackpressure } from './implementations.mjs';
import { BINS_PER_DECADE } from './histogram.mjs';
import { median, ratios, spread } from './statistics.mjs';
import { topics } from './topics.mjs';

const resultsFolder = fileURLToPath(new URL('../results/', import.meta.url));

/**
 * All results of a run, without values that JSON cannot express: NaN becomes null. `tables`: of lib/measure-all.mjs; those of
 * a topic are beside the others.
 */
export function makeReport({ machine, options, pin, tables }) {
  const { rounds, quick, minutes, contestants } = options;
  const own = tables.filter(({ topic }) => topic !== undefined);
  const main = tables.find(({ topic }) => topic === undefined);
  return JSON.parse(
    JSON.stringify({
      machine,
      rounds,
      minutes,
      quick,
      contestants: describeContestants(contestants),
      pinned: pin?.join(' ') ?? null,
      backpressure: [...new Set(contestants.map((one) => one.implementation))].map(describeBackpressure),
      binsPerDecade: BINS_PER_DECADE,
      cases: describeCases(main?.results ?? [], contestants),
      topics: own.map((table) => ({
        name: table.topic,
        title: topics[table.topic].title,
        contestants: describeContestants(table.contestants),
        cases: describeCases(table.results, table.contestants),
      })),
      failures: tables.flatMap(({ results }) => results.flatMap((result) => result.failures)),
    }),
  );
}

const describeContestants = (contestants) =>
  contestants.map(({ name, label, implementation, runtime }) => ({ name, label, implementation, runtime }));

const describeCases = (results, contestants) => results.map((result) => describeCase(result, contestants));

/** Writes the report and gives its path. */
export function writeJson(file, report) {
  const path = basename(file) === file ? resolve(resultsFolder, file) : resolve(file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(report, null, 1)}\n`);
  return path;
}

function describeCase(
  { name, title, axis, pinned, metrics, samples, histograms, blanks, failures },
  contestants,
) {
  const rows = metrics.map((metric) => {
    const sides = samples[metric.id];
    const best = bestPeer(sides, contestants, metric.better);
    return {
      ...metric,
      sides: sides.map((values) => ({
        median: median(values),
        spread: spread(values),
        values,
      })),
      /** How many times better the second is than the first, per round. */
      ratio: ratios(sides, metric.better),
      best: best && { contestant: contestants.indexOf(best.contestant), ratio: best.ratio },
    };
  });
  const some = histograms.some((bins) => Object.keys(bins).length > 0);
  return { name, title, axis, pinned, rows, histograms: some ? histograms : undefined, blanks, failures };
}
