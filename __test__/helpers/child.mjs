import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { nameOf, waitingFor } from './waits.mjs';

export const fixture = (name) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** A `fork` for one test: takes fixtures by name, and ends its children with the test. */
export function forker(t, implementation) {
  return (name, args, options) => {
    const child = implementation.fork(fixture(name), args, options);
    endWithTest(t, child);
    // No test may pass because the child silently got the stock channel.
    const { wire = 'native' } = options ?? {};
    if (implementation.name === 'forkwire') assert.equal(child.wire, wire);
    return child;
  };
}

export const endWithTest = (t, child) => t.teardown(() => ended(child));

async function ended(child) {
  child.on('error', () => {});
  if (child.pid === undefined || !isRunning(child)) return;
  const exit = when(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** The arguments of the next `event`, whatever errors come before it. */
export const when = (emitter, event) =>
  waitingFor(
    `'${event}' of ${nameOf(emitter)}`,
    new Promise((resolve) => emitter.once(event, (...args) => resolve(args))),
  );

export const isRunning = (child) => child.exitCode === null && child.signalCode === null;

/** `{code, signal}` of the child, even if it has exited already. */
export async function exited(child) {
  if (isRunning(child)) await when(child, 'exit');
  return { code: child.exitCode, signal: child.signalCode };
}

export async function closed(child) {
  const [code, signal] = await when(child, 'close');
  return { code, signal };
}

/** Everything from a stream until its end, as text. */
export const textOf = (stream) => waitingFor(`the end of a ${nameOf(stream)}`, readText(stream));

async function readText(stream) {
  stream.setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
