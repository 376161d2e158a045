import { createRequire } from 'node:module';
import { waitingFor } from '../helpers/waits.mjs';

export const { MessageChannel, MessagePort } = createRequire(import.meta.url)('../../dist/index.js');

/** A child that runs a function of this file, which must not use anything from around it. */
export const running = (fork, body, options) => fork('ports/run.cjs', [String(body)], options);

/** The messages of a port until it closes. */
export function untilClosed(port) {
  const all = [];
  port.on('message', (message) => all.push(message));
  return waitingFor("'close' of a port", new Promise((resolve) => port.once('close', () => resolve(all))));
}

export const range = (count) => Array.from({ length: count }, (_, i) => i);
