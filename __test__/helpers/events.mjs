/** The names of the events, in the order in which they come from now on. */
export function recordEvents(emitter, names) {
  const seen = [];
  for (const name of names) emitter.on(name, () => seen.push(name));
  return seen;
}
