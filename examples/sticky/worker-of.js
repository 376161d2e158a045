/** The number of the worker that has the session of a request; undefined if it has no session yet. */
exports.workerOf = ({ url }) => {
  const session = new URL(url, 'http://localhost').searchParams.get('sid');
  return session === null ? undefined : Number(session.split('-', 1)[0]);
};
