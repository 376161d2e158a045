// The contestants' colours, the same in every chart: forkwire warm, Node green, Bun pink, Deno blue.
const SHADES = 4;

/** A class name for each contestant; style.mjs has the colours. */
export function colourClasses(contestants) {
  const seen = { forkwire: 0, stock: 0 };
  return contestants.map(({ name, implementation }) => {
    if (name === 'bun' || name === 'deno') return name;
    const family = implementation === 'forkwire' ? 'forkwire' : 'stock';
    return `${family === 'forkwire' ? 'own' : 'node'}${seen[family]++ % SHADES}`;
  });
}
