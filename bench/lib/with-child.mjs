// A child for the time of a measurement.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const childFolder = new URL('../children/', import.meta.url);

/** The path of a file in bench/children. */
export const childPath = (file) => fileURLToPath(new URL(file, childFolder));

/**
 * Forks the file, runs `work(child, nextMessage)` and ends the child. A child that ends or fails
 * while it is needed fails the measurement, so that none waits for a reply that will never come.
 */
export async function withChild({ fork }, file, { args = [], serialization = 'json' }, work) {
  const child = fork(childPath(file), args, { serialization });
  const exited = once(child, 'exit');
  const early = exited.then(([code, signal]) => {
    throw new Error(`the child ended too early: code ${code}, signal ${signal}`);
  });
  const nextMessage = async () => (await once(child, 'message'))[0];
  try {
    await Promise.race([work(child, nextMessage), early]);
  } finally {
    child.kill();
    await exited;
  }
}
