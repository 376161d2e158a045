import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { onlyForkwire } from '../helpers/cases.mjs';
import { exited, when } from '../helpers/child.mjs';
import { descriptorsOf } from '../helpers/descriptors.mjs';
import { effort } from '../helpers/effort.mjs';

const { Random } = createRequire(import.meta.url)('../soak/lib/random.cjs');

const windows = process.platform === 'win32';
const COUNT = windows ? 40 : effort(200, 40);
const WAVE = 20;
const MESSAGES = 120;

/** How many descriptors this process has open; not available on Windows. */
const open = () => (windows ? 0 : descriptorsOf('self').length);

const messageOf = (which, i) => ({
  which,
  i,
  text: `${which}.${i} `.repeat(1 + ((which * 31 + i * 7) % 90)),
});

/** A child that echoes, and the messages that came back. */
class Echo {
  received = 0;
  wrong = [];
  calls = { null: 0, error: 0 };
  killed = false;

  constructor(fork, which, killedAt) {
    this.which = which;
    this.killedAt = killedAt;
    this.child = fork('echo.cjs', [], { serialization: which % 2 ? 'advanced' : 'json' });
    this.closed = when(this.child, 'close');
    this.child.on('error', () => {});
    this.child.on('message', (message) => {
      if (JSON.stringify(message) !== JSON.stringify(messageOf(which, this.received)))
        this.wrong.push(message);
      this.received += 1;
    });
  }

  /** Sends one message; kills in mid-flood. */
  send(i) {
    this.child.send(messageOf(this.which, i), (error) => this.calls[error === null ? 'null' : 'error']++);
    if (i === this.killedAt) this.killed = this.child.kill('SIGKILL');
  }

  get settled() {
    return this.calls.null + this.calls.error;
  }
}

async function started(fork, random) {
  const echoes = [];
  // Not all at once: a start costs more than everything after it.
  for (let from = 0; from < COUNT; from += WAVE) {
    const wave = Array.from({ length: WAVE }, (_, i) => {
      const killedAt = random.chance(0.5) ? random.between(0, MESSAGES - 1) : -1;
      return new Echo(fork, from + i, killedAt);
    });
    for (const echo of wave) echo.send(0);
    await Promise.all(wave.filter(({ killed }) => !killed).map(({ child }) => when(child, 'message')));
    echoes.push(...wave);
  }
  return echoes;
}

onlyForkwire.serial(
  `half of ${COUNT} children are killed, and the others lose nothing`,
  async (t, { fork }) => {
    const warm = fork('echo.cjs');
    // More than the socket takes, so that the permanent background thread opens its descriptors.
    warm.send('x'.repeat(8 << 20));
    await when(warm, 'message');
    warm.disconnect();
    await exited(warm);
    const before = open();

    const echoes = await started(fork, new Random(20));
    for (let i = 1; i < MESSAGES; i++) {
      for (const echo of echoes) if (!echo.killed) echo.send(i);
      if (i % 10 === 0) await turn(); // answers arrive in between
    }
    const [dead, alive] = [true, false].map((is) => echoes.filter(({ killed }) => killed === is));
    t.true(Math.min(dead.length, alive.length) > COUNT / 4);
    while (alive.some(({ received }) => received < MESSAGES)) await turn();
    for (const { child } of alive) child.disconnect();
    await Promise.all(echoes.map(({ closed }) => closed));
    while (echoes.some(({ settled, killed, killedAt }) => settled < (killed ? killedAt + 1 : MESSAGES)))
      await turn();

    for (const { which, received, wrong, calls, killed, killedAt } of echoes) {
      t.deepEqual(wrong, [], `of child ${which}`);
      t.is(calls.null + calls.error, killed ? killedAt + 1 : MESSAGES, `callbacks of child ${which}`);
      if (!killed) t.deepEqual([received, calls.error], [MESSAGES, 0], `from child ${which}`);
    }
    while (open() > before) await turn();
    t.is(open(), before);
  },
);
