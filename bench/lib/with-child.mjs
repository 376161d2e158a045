// Children for the time of a measurement.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const childFolder = new URL('../children/', import.meta.url);

/** The path of a file in bench/children. */
export const childPath = (file) => fileURLToPath(new URL(file, childFolder));

/**
 * Forks the file, runs `work(child, nextMessage)` and ends the child. A child that ends or fails
 * while it is needed fails the measurement, so that none waits for a reply that will never come.
 */
export function withChild(implementation, file, options, work) {
  return withChildren(implementation, file, { ...options, children: 1 }, ([one]) =>
    work(one.child, one.nextMessage),
  );
}

/** The same with `children` of them: `work([{ child, nextMessage }, ...])`. */
export async function withChildren(
  { fork },
  file,
  { args = [], serialization = 'json', children: count },
  work,
) {
  const children = Array.from({ length: count }, () => fork(childPath(file), args, { serialization }));
  const exits = children.map((child) => once(child, 'exit'));
  const early = Promise.race(exits).then(([code, signal]) => {
    throw new Error(`a child ended too early: code ${code}, signal ${signal}`);
  });
  const ends = children.map((child) => ({
    child,
    nextMessage: async () => (await once(child, 'message'))[0],
  }));
  try {
    await Promise.race([work(ends), early]);
  } finally {
    for (const child of children) child.kill();
    await Promise.all(exits);
  }
}
