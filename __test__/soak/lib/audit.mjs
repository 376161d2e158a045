// What must hold after a run: a naive count of both sides.

/** Codes of sends that failed because the other side was gone. */
const GONE = ['EPIPE', 'ECONNRESET', 'ERR_IPC_CHANNEL_CLOSED'];
/** A child that exits gives back the handles that still reach it. */
const EXITED = [...GONE, 'ERR_FORKWIRE_HANDLE_REFUSED'];

const endings = {
  complete: { down: true, up: ['native', 'node'], code: 0, parent: [], child: [] },
  'parent disconnects': { down: true, up: [], code: 0, parent: [], child: GONE },
  'child disconnects': { up: ['native'], code: 0, parent: GONE, child: [] },
  'child exits': { up: ['native'], code: 3, parent: EXITED, child: [] },
  'child throws': { up: ['native'], code: 1, parent: EXITED, child: [] },
  // In the middle of a message, perhaps.
  'child is killed': { up: [], signal: 'SIGKILL', parent: [...GONE, 'ERR_FORKWIRE_TRUNCATED'] },
};

/**
 * @param {object} facts
 * @param facts.plan what was to be done
 * @param facts.sender the parent's
 * @param facts.receiver the parent's
 * @param facts.account of the parent's connections
 * @param facts.report what the child said at its exit; undefined if it was killed
 * @param {string[]} facts.events names, in their order
 * @param {string[]} facts.errors codes of 'error'
 * @returns {string[]} what is not as it has to be
 */
export function audit({ plan, sender, receiver, account, report, events, errors, code, signal }) {
  const wrong = [];
  const expect = (is, text) => is || wrong.push(text);
  const { how } = plan.end;
  const rule = endings[how];
  const unexpected = (codes, allowed) => codes.filter((one) => !allowed.includes(one));

  expect(sender.settled, `${sender.withCallback} sends had callbacks: ${settledBy(sender)}`);
  expect(account.open === 0, `${account.open} of ${account.opened} connections of the parent have no end`);
  expect(
    events.toSorted().join() === 'close,disconnect,exit' && events.at(-1) === 'close',
    `the events were ${events}`,
  );
  const ended = rule.signal === undefined ? `${code}` === `${rule.code}` : signal === rule.signal;
  expect(ended, `the child ended with ${code ?? signal}`);
  const cut = plan.wire === 'node' && plan.end.by === 'child' ? ['ERR_FORKWIRE_TRUNCATED'] : [];
  const strange = unexpected(errors, [...rule.parent, ...cut]);
  expect(strange.length === 0, `'error' of the parent: ${strange}`);
  if (rule.signal !== undefined) return wrong;

  expect(report !== undefined, 'the child did not report');
  if (report === undefined) return wrong;
  for (const problem of report.problems) wrong.push(`child: ${problem}`);
  if (rule.down) {
    expect(
      report.received === sender.sent,
      `${report.received} of ${sender.sent} messages came to the child`,
    );
    expect(sender.failed === 0, `${sender.failed} sends of the parent failed`);
  }
  expect(report.received <= sender.sent, `${report.received} messages came to the child, of ${sender.sent}`);
  const complete = rule.up.includes(plan.wire);
  if (complete)
    expect(receiver.received === report.sent, `${receiver.received} of ${report.sent} messages came`);
  if (complete || plan.wire === 'native')
    expect(
      how === 'parent disconnects' || report.nulls <= receiver.received,
      `${report.nulls} of the child's sends were said to have gone, ${receiver.received} messages came`,
    );
  if (how === 'complete') {
    expect(
      account.answered === account.opened,
      `connections without an answer: ${account.unanswered.join('; ')}`,
    );
    expect(
      report.answered === report.opened,
      `${report.answered} of ${report.opened} of the child's answered`,
    );
  }
  if (plan.wire === 'node') return wrong; // the child's own end is stock

  const foreign = unexpected(report.errors, rule.child);
  expect(foreign.length === 0, `'error' of the child: ${foreign}`);
  const ranOut = ['complete', 'parent disconnects', 'child disconnects'].includes(how);
  if (ranOut)
    expect(
      report.nulls + report.failed === report.withCallback,
      `${report.withCallback} sends of the child had callbacks: ${settledBy(report)}`,
    );
  if (ranOut) expect(report.opened === report.closed, 'a connection of the child has no end');
  if (how === 'complete' || how === 'child disconnects')
    expect(report.failed === 0, `${report.failed} sends of the child failed`);
  return wrong;
}

/** How many messages have to come to the parent in all; 0 if that is not known. */
export function dueOf({ plan, report }) {
  return endings[plan.end.how].up.includes(plan.wire) ? (report?.sent ?? 0) : 0;
}

const settledBy = ({ nulls, failed }) => `${nulls} nulls and ${failed} errors`;
