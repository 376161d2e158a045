// A promise with its resolve and reject functions. Node 20 lacks Promise.withResolvers.
export function deferred() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}
