import { createRequire } from 'node:module';
import { onlyForkwire } from './cases.mjs';

/** With this, a child on Node's own wire has requests too. */
export const CHILD = createRequire(import.meta.url).resolve('../../dist/child.js');

const split = (args, options) => (Array.isArray(args) ? [args, options] : [[], args]);

/** Starts children on Node's own wire that have loaded forkwire/child before their program. */
const onNodeWire =
  (fork) =>
  (file, ...rest) => {
    const [args, { execArgv = process.execArgv, ...options } = {}] = split(...rest);
    return fork(file, args, { ...options, wire: 'node', execArgv: [...execArgv, '--require', CHILD] });
  };

/** One body for requests, which are the same on the native wire and between two forkwire ends on Node's own. */
export const onEachWire = (title, body) => {
  onlyForkwire(title, body);
  onlyForkwire(`on Node's wire: ${title}`, (t, { fork, share, ...context }) =>
    body(t, { ...context, fork: onNodeWire(fork), share: onNodeWire(share), nodeWire: true }),
  );
};
