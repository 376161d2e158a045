// A promise with its resolve and reject beside it: Promise.withResolvers is not in Node 20.
export function deferred() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}
