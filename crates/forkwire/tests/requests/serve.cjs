// Answers with the sum, asks back for what it lacks, gives handles back, and fails if it is told to.
process.channel.serve(async ({ a, b, fail, giveBack }, { handles, reply }) => {
  if (fail) throw Object.assign(new TypeError(fail), { code: 'E_FAIL' });
  if (giveBack) {
    // A server is shared, and would keep this process running.
    setImmediate(() => handles.forEach((server) => server.close()));
    return reply('here', handles);
  }
  return a + (b ?? (await process.channel.request('b')));
});
