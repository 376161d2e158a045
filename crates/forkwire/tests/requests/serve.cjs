// Answers with the sum, asks back for what it lacks, and fails if it is told to.
process.channel.serve(async ({ a, b, fail }) => {
  if (fail) throw Object.assign(new TypeError(fail), { code: 'E_FAIL' });
  return a + (b ?? (await process.channel.request('b')));
});
