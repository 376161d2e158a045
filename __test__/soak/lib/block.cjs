/** Blocks this thread and its loop. */
function block(milliseconds, log) {
  log.add(`blocks for ${milliseconds} ms`);
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

module.exports = { block };
