/** Holds this thread: nothing of its loop runs. */
function block(milliseconds, log) {
  log.add(`blocks for ${milliseconds} ms`);
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

module.exports = { block };
