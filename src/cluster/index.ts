// What a primary of node:cluster and its workers need, in one bundle that is loaded when the first of them starts.
export { distribute } from './primary.js';
export { takeConnections } from './worker.js';
