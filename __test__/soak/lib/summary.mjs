// Adds up what was done.
import { setImmediate as turn } from 'node:timers/promises';
import { descriptors, resident } from './resources.mjs';

/** Turns of the loop that the last descriptors may take to close. */
const TURNS = 100_000;

export class Summary {
  violations = 0;
  #sums = new Map();
  #notes = [];

  add({ plan, problems, sender, receiver, report, account, stops, errors }) {
    this.violations += problems.length;
    this.#sum('children', 1);
    this.#sum(`  ${plan.wire} wire, ${plan.serialization}`, 1);
    this.#sum(`  end: ${plan.end.how}`, 1);
    this.#sum('messages sent by parents', sender.sent);
    this.#sum('messages received by parents', receiver.received);
    this.#sum('MiB sent by parents', sender.bytes / 2 ** 20);
    this.#sum('callbacks with null', sender.nulls + (report?.nulls ?? 0));
    this.#sum('callbacks with an error', sender.failed + (report?.failed ?? 0));
    this.#sum("'error' events", errors.length + (report?.errors.length ?? 0));
    this.#sum('waits for drain', sender.refusals);
    this.#sum('messages with handles', sender.withHandles);
    this.#sum('handles received', receiver.handles + (report?.handles ?? 0));
    this.#sum('connections answered', account.answered + (report?.answered ?? 0));
    this.#sum('connections ended', account.closed + (report?.closed ?? 0));
    this.#sum('pauses of readers', receiver.pauses + (report?.pauses ?? 0));
    this.#sum('throws in listeners', receiver.throws + (report?.throws ?? 0));
    this.#sum('stops of a child', stops);
  }

  /** @param before descriptors `idle`, and `memory` in MiB, undefined if there was no time to measure it */
  async checkResources({ idle, memory, tolerance }) {
    for (let i = 0; i < TURNS && descriptors().length > idle.length; i++) await turn();
    const left = descriptors().filter((one) => !idle.includes(one));
    this.#note('descriptors', idle.length, descriptors().length, left.length === 0);
    if (left.length > 0) this.#notes.push(`  left open: ${left.join(', ')}`);
    const now = await resident();
    this.#note('resident MiB', memory ?? now, now, memory === undefined || now - memory <= tolerance);
  }

  table(seconds) {
    const rows = [...this.#sums].map(([name, sum]) => [name, String(Math.round(sum))]);
    const width = Math.max(...rows.map(([name]) => name.length));
    const digits = Math.max(...rows.map(([, sum]) => sum.length));
    const lines = rows.map(([name, sum]) => `  ${name.padEnd(width)}  ${sum.padStart(digits)}`);
    return ['', ...lines, ...this.#notes, `${Math.round(seconds)} s, ${this.violations} violations`].join(
      '\n',
    );
  }

  #note(what, before, after, well) {
    this.#notes.push(`  ${what}: ${before} before, ${after} after${well ? '' : ', a violation'}`);
    if (!well) this.violations += 1;
  }

  #sum(name, count) {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + count);
  }
}
