// The channels that are compared. Each has `fork`, and a way to wait until the backlog is empty.
// An end is a ChildProcess, or `process` in a child.
import { once } from 'node:events';

const implementations = {
  stock: {
    load: async () => (await import('node:child_process')).fork,
    // There is no 'drain', only callbacks: the next message is sent with one. Being the last in
    // the queue, it is called when everything has been taken.
    resume: (end, message) =>
      new Promise((resolve, reject) => {
        end.send(message, (error) => (error ? reject(error) : resolve()));
      }),
    resumeSends: true,
    backpressure:
      "a runtime's own channel: after send() returned false, wait for the next message's callback (Bun's never returns false: there it is a flood)",
  },
  forkwire: {
    load: async () => (await import('forkwire')).fork,
    spares: async () => (await import('forkwire')).prefork,
    resume: (end) => once(end, 'drain'),
    resumeSends: false,
    backpressure: "forkwire: after send() returned false, wait for 'drain'",
    wire: 'native',
  },
};

export const names = Object.keys(implementations);

/** How the implementation waits, in words. */
export const describeBackpressure = (name) => find(name).backpressure;

/** `{ name, resume, resumeSends }`: all that sending needs. */
export function howToWait(name) {
  const { resume, resumeSends } = find(name);
  return { name, resume, resumeSends };
}

/**
 * What `howToWait` gives, `fork`, which throws if a child did not get the wire to be measured, and `prefork`, if there is one
 * and the runtime can use it.
 */
export async function loadImplementation(name) {
  const { load, wire, spares } = find(name);
  const fork = await load();
  const prefork = process.versions.bun || globalThis.Deno ? undefined : await spares?.();
  return { ...howToWait(name), fork: (...args) => checked(fork(...args), wire), prefork };
}

function find(name) {
  if (!Object.hasOwn(implementations, name))
    throw new TypeError(`no implementation ${name}: there are ${names.join(', ')}`);
  return implementations[name];
}

function checked(child, wire) {
  if (wire === undefined || child.wire === wire) return child;
  child.kill();
  throw new Error(`the child got the ${child.wire} wire, so this would not measure forkwire`);
}
