// The child's side of a run: sends and receives according to the plan, and reports on standard output at exit.
const { writeSync } = require('node:fs');
const { Log } = require('./lib/log.cjs');
const { planOf, takesServersAtOnce } = require('./lib/plan.cjs');
const { Planned, Receiver } = require('./lib/receiver.cjs');
const { Sender } = require('./lib/sender.cjs');
const { Account, Things } = require('./lib/things.cjs');

const { seed, folder } = JSON.parse(process.argv[2]);
const plan = planOf(seed);
const log = new Log();
const problems = [];
const problem = (text) => problems.push(text);
const errors = [];
const account = new Account(problem);
const things = new Things();
const side = {
  target: process,
  habits: plan.child,
  things,
  account,
  asks: takesServersAtOnce(plan.parent),
  log,
  problem,
  stock: plan.wire === 'node',
};
const sender = new Sender({ ...side, stream: plan.up });
const receiver = new Receiver({ ...side, stream: plan.down });

const endings = {
  'child disconnects': () => process.disconnect(),
  'child exits': () => process.exit(3),
  'child throws': () => {
    process.off('uncaughtException', uncaught);
    throw new Error('planned end');
  },
};

function end() {
  sender.onSent = receiver.onReceived = () => {};
  const { how, delay } = plan.end;
  const act = () => {
    log.add(how);
    sender.stopped = how === 'child disconnects';
    if (process.connected || how !== 'child disconnects') endings[how]();
  };
  if (delay === 0) act();
  else setTimeout(act, delay);
}

function uncaught(error) {
  if (error instanceof Planned) return;
  problem(`uncaught in the child: ${error?.stack}`);
}

function report() {
  const { sent, withCallback, nulls, failed } = sender;
  const { received, handles, pauses, throws } = receiver;
  const { opened, closed, answered } = account;
  const lines = problems.length > 0 ? log.lines : [];
  const ledger = { sent, withCallback, nulls, failed, received };
  const done = { handles, pauses, throws, opened, closed, answered };
  return Object.assign(ledger, done, { errors, problems, lines });
}

async function main() {
  await things.open(folder);
  receiver.start();
  await sender.run();
  log.add(`sent all: ${sender.sent}`);
  if (!process.connected) sender.dispose();
}

process.on('uncaughtException', uncaught);
process.on('error', ({ code }) => errors.push(code));
process.on('disconnect', () => {
  log.add("'disconnect'");
  sender.dispose();
});
process.on('exit', () => {
  if (plan.end.how === 'child exits') sender.step(); // one more, when nothing asynchronous runs any more
  writeSync(1, JSON.stringify(report()));
});
// Requested by a parent that has waited for too long.
process.on('SIGUSR2', () => {
  const active = process
    ._getActiveHandles()
    .map((one) =>
      [
        one.constructor.name,
        one.fd ?? one._handle?.fd,
        one.readyState,
        one._connectionKey,
        one.bytesRead,
        one.bytesWritten,
        one.destroyed,
        one.isPaused?.(),
        one.remotePort,
        one.localPort,
      ].join(' '),
    );
  writeSync(2, JSON.stringify({ ...report(), lines: log.lines, active, open: [...account.names] }, null, 1));
});

receiver.onReceived = () => {
  if (plan.child.replies) sender.step();
  if (plan.end.by === 'child' && plan.end.when === 'received' && receiver.received >= plan.end.after) end();
};
sender.onSent = (count) => {
  if (plan.end.by === 'child' && plan.end.when === 'sent' && count >= plan.end.after) end();
};
void main();
