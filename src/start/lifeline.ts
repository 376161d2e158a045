// How a child ends with this process (`endWithParent`): it watches one end of a socket pair whose other end this process has, so that the
// kernel closes it, however the process ends.
import type { ChildProcess } from 'node:child_process';
import { native } from '../addon/native.js';
import { notNative } from '../errors.js';
import { ArrayIsArray, ArrayPrototypePush, ArrayPrototypeSplice } from '../platform/primordials.js';
import type { Handoff } from './take-handoff.js';
import type { Lifetime } from '../channel/read-settings.js';
import type { Wire } from '../types.js';

/** @throws ERR_INVALID_ARG_VALUE if the child could not know that this process is gone */
export function requireNative({ endWithParent }: Lifetime, wire: Wire, why: string): void {
  if (!endWithParent) return;
  if (wire !== 'native') throw notNative(why);
}

/** Undefined if the child is to live on. @throws EMFILE, ENFILE */
export function lifelineOf(
  { endWithParent, graceMs }: Lifetime,
  stdio: readonly unknown[],
): Lifeline | undefined {
  return endWithParent ? new Lifeline(stdio.length, graceMs) : undefined;
}

export class Lifeline {
  /** What the child has to know. */
  readonly handoff: Required<Pick<Handoff, 'lifeline' | 'graceMs'>>;
  /** The child's end, in this process. */
  readonly theirs: number;
  readonly #ours: number;
  #isCut = false;

  /** @param place the child's descriptor */
  constructor(place: number, graceMs: number) {
    [this.#ours, this.theirs] = native().createPair();
    this.handoff = { lifeline: place, graceMs };
  }

  /** Adds the child's end to its descriptors. */
  lend(stdio: unknown[]): void {
    ArrayPrototypePush(stdio, this.theirs);
  }

  /** The child has its end, or there is no lifeline. */
  lent(): void {
    native().closeFd(this.theirs);
  }

  /** Node lists each descriptor of a child, and the program has not asked for this one. */
  attachTo({ pid, stdio }: ChildProcess): void {
    if (ArrayIsArray(stdio)) ArrayPrototypeSplice(stdio as unknown[], this.handoff.lifeline, 1);
    if (pid === undefined) this.cut();
  }

  /** The child has exited. */
  readonly cut = (): void => {
    if (this.#isCut) return;
    this.#isCut = true;
    native().closeFd(this.#ours);
  };
}
