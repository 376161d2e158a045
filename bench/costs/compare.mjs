// Compares counted costs with bench/costs.json.

/** The relative tolerances of numbers, by their place. All other numbers must match exactly. */
const TOLERANCES = [
  // Compilers and C libraries differ.
  [/ › instructions$/, 0.03],
  [/\.node$/, 0.05],
  // Editing a sentence must not require an update.
  [/ › dist\/\w+\.js$|, packed$/, 0.02],
];

/** @returns {string[]} one line for each difference */
export function differences(committed, counted, place = 'costs') {
  if (isTree(committed) && isTree(counted)) {
    const keys = new Set([...Object.keys(committed), ...Object.keys(counted)]);
    return [...keys].flatMap((key) => differences(committed[key], counted[key], `${place} › ${key}`));
  }
  if (Array.isArray(committed) && Array.isArray(counted)) {
    const missing = committed.filter((each) => !counted.includes(each)).map((each) => `- ${each}`);
    const added = counted.filter((each) => !committed.includes(each)).map((each) => `+ ${each}`);
    return [...missing, ...added].map((each) => `${place}: ${each}`);
  }
  if (committed === counted) return [];
  const [, tolerance = 0] = TOLERANCES.find(([pattern]) => pattern.test(place)) ?? [];
  if (typeof committed === 'number' && Math.abs(counted - committed) <= committed * tolerance) return [];
  const allowed = tolerance > 0 ? `, ${tolerance * 100} % either way are accepted` : '';
  return [`${place}: ${shown(committed)}, now ${shown(counted)}${allowed}`];
}

const shown = (value) => (value === undefined ? 'absent' : JSON.stringify(value));

const isTree = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
