// Explains why the generated loader found no addon, from its chain of causes: one for each file and package that it tried.

/** The beginning of the reason why the addon cannot be loaded: a missing package, or one that does not load. */
export function whyNoAddon(error: unknown): string {
  const messages = [...causesOf(error)].map(({ message }) => message.split('\n', 1)[0] ?? '');
  const broken = messages.find((message) => !/^Cannot find (module|native binding)/.test(message));
  if (broken !== undefined) return `it does not load: ${broken}`;
  const names = messages.map((message) => /'(@forkwire\/binding-[^'/]+)'/.exec(message)?.[1]);
  const missing = names.filter((name) => name !== undefined && !name.includes('wasm32'));
  return missing.length > 0
    ? `the package ${missing.join(' or ')} is not installed`
    : 'there is no package for this platform';
}

function* causesOf(error: unknown): Iterable<Error> {
  for (let next = error; next instanceof Error; next = next.cause) yield next;
}
