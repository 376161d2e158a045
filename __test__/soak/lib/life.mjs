// The parent's side of one child, from its start to the audit after its end.
import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { audit, dueOf } from './audit.mjs';

const require = createRequire(import.meta.url);
const { fork } = require('../../../dist/index.js');
const { Log } = require('./log.cjs');
const { planOf, takesServersAtOnce } = require('./plan.cjs');
const { Receiver } = require('./receiver.cjs');
const { Sender } = require('./sender.cjs');
const { Account } = require('./things.cjs');

const program = fileURLToPath(new URL('../child.cjs', import.meta.url));

/** Far longer than any run takes, so that nothing is lost to the deadline of an exit. */
const FLUSH_TIMEOUT = 600_000;

export class Life {
  log = new Log();
  problems = [];
  events = [];
  errors = [];
  stops = 0;
  output = { stdout: '', stderr: '' };
  #timers = [];

  /**
   * @param {number} seed
   * @param {object} surroundings
   * @param surroundings.things those of this process
   * @param {string} surroundings.folder for sockets
   */
  constructor(seed, { things, folder }) {
    this.plan = planOf(seed);
    const { wire, serialization, highWaterMark, driver } = this.plan;
    this.child = fork(program, [JSON.stringify({ seed, folder })], {
      wire,
      serialization,
      highWaterMark,
      flushTimeout: FLUSH_TIMEOUT,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, FORKWIRE_DRIVER: driver },
      execArgv: [],
    });
    const problem = (text) => this.problems.push(text);
    this.account = new Account(problem);
    const side = { target: this.child, habits: this.plan.parent, things, log: this.log, problem };
    const asks = takesServersAtOnce(this.plan.child);
    this.sender = new Sender({ ...side, stream: this.plan.down, account: this.account, asks, stock: false });
    this.receiver = new Receiver({ ...side, stream: this.plan.up });
  }

  /** Changes as long as there is progress. */
  get progress() {
    const { sender, receiver, account, events } = this;
    return [
      sender.sent,
      sender.nulls,
      sender.failed,
      receiver.received,
      account.closed,
      events.length,
    ].join();
  }

  async live() {
    this.#listen();
    const closed = new Promise((resolve) => this.child.once('close', resolve));
    this.receiver.start();
    void this.sender.run().then(() => this.#endIfComplete());
    for (const stop of this.plan.stops) this.#later(stop.at, () => this.#stop(stop.for));
    await closed;
    for (const timer of this.#timers) clearTimeout(timer);
    this.report = parse(this.output.stdout);
    this.receiver.startForGood();
    await this.#settle();
    this.#judge();
  }

  #listen() {
    const { child, receiver, sender, plan } = this;
    for (const event of ['disconnect', 'exit', 'close']) {
      child.on(event, () => {
        this.events.push(event);
        this.log.add(`'${event}'`);
      });
    }
    child.on('error', ({ code }) => this.errors.push(code));
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (text) => (this.output[name] += text));
    const { by, when, after } = plan.end;
    const ends = by === 'parent' && plan.end.how !== 'complete';
    receiver.onReceived = (count) => {
      if (plan.parent.replies) sender.step();
      if (ends && when === 'received' && count === after) this.#end();
      this.#endIfComplete();
    };
    sender.onSent = (count) => {
      if (ends && when === 'sent' && count === after) this.#end();
    };
  }

  #end() {
    const { how, delay } = this.plan.end;
    const act = () => {
      this.log.add(how);
      if (how === 'child is killed') this.child.kill('SIGKILL');
      else this.#disconnect();
    };
    if (delay === 0) act();
    else this.#later(delay, act);
  }

  #endIfComplete() {
    const { plan, sender, receiver } = this;
    if (plan.end.how !== 'complete' || !this.child.connected) return;
    if (sender.sent === plan.down.count && receiver.received === plan.up.count) this.#disconnect();
  }

  #disconnect() {
    this.sender.stopped = true;
    this.log.add('disconnect()');
    this.child.disconnect();
  }

  #stop(time) {
    this.stops += 1;
    this.log.add(`stops the child for ${time} ms`);
    this.child.kill('SIGSTOP');
    setTimeout(() => this.child.kill('SIGCONT'), time);
  }

  #later(time, act) {
    this.#timers.push(setTimeout(act, time));
  }

  /** Waits until nothing arrives any more: messages that waited for a listener, callbacks, ends of connections. */
  async #settle() {
    this.sender.dispose();
    const due = dueOf(this);
    const missing = () => !this.sender.settled || this.account.open > 0 || this.receiver.received < due;
    for (let quiet = 0, last = ''; quiet < 20 || missing(); quiet++) {
      await turn();
      if (last !== this.progress) quiet = 0;
      last = this.progress;
      if (this.abandoned) break;
    }
    this.sender.close();
  }

  /** A run that hangs is audited as it is. */
  abandon() {
    this.abandoned = true;
    this.child.kill('SIGKILL');
  }

  #judge() {
    const { plan, sender, receiver, account, report, events, errors, output } = this;
    const { exitCode: code, signalCode: signal } = this.child;
    const facts = { plan, sender, receiver, account, report, events, errors, code, signal };
    this.problems.push(...audit(facts));
    const strange = plan.end.how === 'child throws' ? '' : output.stderr;
    if (strange !== '') this.problems.push('the child wrote to standard error');
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
