// The report as one page of HTML that needs nothing else.
import { bars } from './bars.mjs';
import { colourClasses } from './colours.mjs';
import { curves } from './curves.mjs';
import { glance } from './glance.mjs';
import { ridges } from './ridges.mjs';
import { style } from './style.mjs';
import { escape } from './svg.mjs';
import { showUnit } from './units.mjs';
import { blankList, facts, figures, method } from './text.mjs';

/** `report`: the result of lib/report.mjs. */
export function makePage(report) {
  const { contestants, cases, topics, quick } = report;
  const classes = colourClasses(contestants);
  const [first, second] = contestants;
  const flat = cases.filter(({ axis }) => axis === undefined);
  const growing = cases.filter(({ axis, rows }) => axis !== undefined && rows.length > 1);
  const delays = flat.filter(({ histograms }) => histograms !== undefined);
  const names = { first: escape(first.label), second: escape(second.label) };
  const body = [
    `<h1>forkwire, side by side</h1>`,
    facts(report),
    quick
      ? '<p><b>Quick run with few messages: it shows that the benchmark works, and proves nothing.</b></p>'
      : '',
    section(
      flat,
      `${names.second} compared with ${names.first}`,
      `How many times better: the median of the ratios within each round. The line in each bar spans the lowest to the highest round. In every row, right of 1x is better.`,
      () => card(glance(flat.flatMap(titled), `ratios of ${second.label} to ${first.label}`)),
    ),
    section(
      flat,
      'Case by case',
      `Medians, with the range of the rounds as a line. On the right: how many times better ${names.second} is.`,
      () => `<div class="grid">${flat.flatMap(titled).filter(isBar).map(barCard).join('')}</div>`,
    ),
    section(
      delays,
      'Round trips',
      `Each hump is the distribution of the messages of all rounds; all humps are drawn equally high. The marks, and the figures on the left, are p50, p90 and p99. ${report.pinned ? 'Both processes run on one CPU.' : 'The processes run on any CPU.'}`,
      () => `<div class="grid wide">${delays.map(delayCard).join('')}</div>`,
    ),
    section(
      growing,
      'Growth',
      `Time per message, on two logarithmic axes. A curve ends early if the runtime could not continue, or if the next point would have taken minutes.`,
      () => `${legend(contestants, classes)}<div class="grid wide">${growing.map(growthCard).join('')}</div>`,
    ),
    section(cases, 'All figures', '', () => figures(report)),
    ...topics.map((topic) => section(topic.cases, escape(topic.title), '', () => figures(topic))),
    blankList(report),
    method(report),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>forkwire: benchmark of ${escape(report.machine.date.slice(0, 10))}</title>
<style>${style}</style>
</head>
<body>
${body.filter(Boolean).join('\n')}
</body>
</html>
`;

  function barCard({ title, row, pinned }) {
    const better = `${showUnit(row.unit)}, ${row.better} is better${pinned ? ', one CPU' : ''}`;
    return card(bars(row, contestants, classes, title), title, better);
  }

  function delayCard({ title, rows, histograms }) {
    const quantiles = contestants.map((_, n) => rows.map(({ sides }) => sides[n].median));
    return card(
      ridges(histograms, quantiles, contestants, classes, report.binsPerDecade, title),
      title,
      'p50 / p90 / p99',
    );
  }

  function growthCard({ title, rows, axis }) {
    return card(curves(rows, axis, contestants, classes, title), title);
  }
}

/** The rows of a case, each with its own title. */
function titled({ title, rows, pinned, histograms }) {
  return rows.map((row) => ({
    title: row.label === undefined ? title : `${title}, ${row.label}`,
    ratio: row.ratio,
    row,
    pinned,
    delay: histograms !== undefined,
  }));
}

/** Only the median of a distribution gets bars: the humps show the other quantiles. */
const isBar = ({ delay, row }) => !delay || row.id === 'p50';

function section(cases, title, words, chart) {
  return cases.length === 0 ? '' : `<h2>${title}</h2>\n<p>${words}</p>\n${chart()}`;
}

function card(chart, title, note = '') {
  const head = title === undefined ? '' : `<h3>${escape(title)}</h3><small>${escape(note)}</small>`;
  return `<figure class="card">${head}${chart}</figure>`;
}

function legend(contestants, classes) {
  const items = contestants.map(
    ({ label }, n) => `<span><i class="${classes[n]}"></i>${escape(label)}</span>`,
  );
  return `<div class="legend">${items.join('')}</div>`;
}
