/** What a promise rejects with: AVA's throwsAsync() takes errors only, to which a DOMException does not belong. */
export const rejection = (promise) =>
  promise.then(
    (value) => Promise.reject(new Error('it was fulfilled', { cause: value })),
    (reason) => reason,
  );
