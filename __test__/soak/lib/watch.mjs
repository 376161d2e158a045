// Notices a run without progress.

/**
 * Returns a function that ends the watch.
 * @param {number} patience seconds without progress; the longest pause of a plan is one
 */
export function watch(life, patience, say) {
  let last = '';
  let since = performance.now();
  const timer = setInterval(() => {
    const { progress } = life;
    if (progress !== last) since = performance.now();
    last = progress;
    if (performance.now() - since < patience * 1000) return;
    clearInterval(timer);
    life.problems.push(`nothing happens any more; ${describe(life)}`);
    say(`life ${life.plan.seed} hangs`);
    // The child reports what it knows; a stopped one could not.
    life.child.kill('SIGCONT');
    life.child.kill('SIGUSR2');
    setTimeout(() => life.abandon(), 1000);
  }, 1000);
  return () => clearInterval(timer);
}

const describe = ({ sender, receiver, account, events }) =>
  `sent ${sender.sent}, settled ${sender.nulls}+${sender.failed} of ${sender.withCallback}, ` +
  `received ${receiver.received}, open connections: ${[...account.names].join('; ')}, events: ${events}`;
