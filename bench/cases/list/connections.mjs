// Connections that one process accepts and another one serves.
import { front } from '../front.mjs';

export const connectionCases = [
  front({ name: 'front', title: 'HTTP, a connection per request', count: 20_000, maxRounds: 5 }),
];
