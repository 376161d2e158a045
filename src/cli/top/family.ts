// A process and its descendants, as far as they show their channels too.
import { lstatSync } from 'node:fs';
import { faultOf, foldersOf, socketsIn } from '../../observe/top/place.js';
import type { Place } from '../../observe/top/place.js';
import type { ProcessShown } from '../../observe/top/shown.js';
import { Connection } from './connection.js';

/** Milliseconds that a process may take to answer before it counts as busy. */
const PATIENCE = 1000;

export class Family {
  readonly #root: number;
  readonly #uid: number;
  readonly #connections = new Map<string, Connection>();

  /** `uid`: the user who owns the process. */
  constructor(root: number, uid: number) {
    this.#root = root;
    this.#uid = uid;
  }

  /** Whether the process itself shows its channels. */
  get there(): boolean {
    return [...this.#connections.values()].some(({ pid, open }) => pid === this.#root && open);
  }

  /** A snapshot of each process that answers, the root first. */
  async look(): Promise<ProcessShown[]> {
    const seen = new Set<number>();
    const found: ProcessShown[] = [];
    for (let next = [this.#root]; next.length > 0;) {
      const pids = next.filter((pid) => !seen.has(pid));
      for (const pid of pids) seen.add(pid);
      const answers = await Promise.all(pids.flatMap((pid) => this.#ask(pid)));
      const snapshots = answers.filter((one) => one !== undefined);
      found.push(...snapshots);
      next = snapshots.flatMap(({ channels }) =>
        channels.flatMap(({ role, peer }) => (role === 'parent' && peer !== null ? [peer] : [])),
      );
    }
    return found;
  }

  end(): void {
    for (const connection of this.#connections.values()) connection.end();
  }

  #ask(pid: number): Promise<ProcessShown | undefined>[] {
    return placesOf(pid, this.#uid).map(({ path }) => {
      let connection = this.#connections.get(path);
      if (connection?.open !== true) {
        connection = new Connection(path, pid);
        this.#connections.set(path, connection);
      }
      return connection.ask(PATIENCE);
    });
  }
}

/** The sockets of one process, or of all, of one user. Leaves out what another user may have put in their place. */
export function placesOf(pid: number | undefined, uid: number): Place[] {
  return foldersOf(uid).flatMap((folder) => {
    const places = socketsIn(folder, pid);
    if (places.length === 0 || faultOf(folder, uid) !== undefined) return [];
    return places.filter(({ path }) => ownerOf(path) === uid);
  });
}

/** Undefined if it does not exist. */
export function ownerOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.uid;
}
