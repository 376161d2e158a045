// The programs of this folder, in the order of the table that they make.

/**
 * @typedef {object} Program
 * @property {string} file in programs/
 * @property {string} promise what the table calls it
 * @property {string[]} wires where forkwire keeps it; on Node's own wire one of the two ends is always stock
 */

const both = ['forkwire', 'forkwire-node-wire'];
const native = ['forkwire'];

/** @type {Program[]} */
export const programs = [
  { file: 'exit-at-once', promise: '20,000 messages, then `process.exit()` in the child', wires: native },
  { file: 'parent-exits', promise: '20,000 messages, then `process.exit()` in the parent', wires: both },
  { file: 'disconnect-with-backlog', promise: '3 MB queued, then `disconnect()`', wires: both },
  { file: 'killed-in-mid-flood', promise: '20,000 callbacks, the child is killed', wires: both },
  { file: 'killed-before-answer', promise: 'a socket on its way to a child that is killed', wires: both },
  { file: 'killed-after-disconnect', promise: 'the same after `disconnect()`', wires: both },
  { file: 'close-after-disconnect', promise: "`'close'` after the parent's `disconnect()`", wires: both },
  { file: 'no-json', promise: 'a message whose `toJSON()` is `undefined`', wires: both },
  { file: 'malformed-line', promise: 'a line that is not JSON, between two that are', wires: native },
  { file: 'file-as-handle', promise: "a regular file, sent as 'net.Socket'", wires: native },
  { file: 'unknown-handle-type', promise: 'a handle of an unknown type', wires: native },
  { file: 'socket-with-unserializable', promise: '`send(unserializable, socket)`', wires: both },
  { file: 'read-ahead', promise: 'a socket of which some was read already', wires: native },
  { file: 'no-descriptors-left', promise: '30 sockets to a child that can open 10', wires: both },
  { file: 'handles-cross', promise: '1,000 sockets each way at once', wires: both },
  { file: 'never-listening', promise: '200 MB to a child that does not listen', wires: native },
  { file: 'drain', promise: 'after `send()` returned `false`', wires: both },
  { file: 'busy-after-sending', promise: 'three messages, then 3 s of computing', wires: both },
  { file: 'busy-after-64-mb', promise: 'one message of 64 MB, then 3 s of computing', wires: native },
  { file: 'listener-throws', promise: 'a listener throws, and the program goes on', wires: both },
];
