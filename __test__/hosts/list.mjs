// Which programs run under which runtimes. The runner is scripts/test-hosts.mjs.

/** Programs of this folder, in the order of the table that they make. */
export const programs = {
  messages: 'messages, json',
  promises: '`post()`, `next()`, `messages()`, `Symbol.asyncDispose`',
  requests: '`request()`, `serve()`',
  'structured-clone': "messages, 'advanced'",
  backpressure: "`send()` false, `'drain'`",
  ending: '`disconnect()`, order of events',
  sockets: '`net.Socket`, TCP and Unix',
  servers: '`net.Server`',
  connections: '`handOver()`, `receiveConnections()`',
  datagrams: '`dgram.Socket`',
  ports: '`channel.port()`, `MessageChannel`',
  memory: '`SharedMemory`, `SharedRing`',
  descriptors: '100 sockets, descriptors counted',
  files: '`Descriptor`: files and pipes, descriptors counted',
  inherited: '`inheritedServers()`',
  'no-trace': 'no trace in the child',
  'files-after-end': 'files, once the channel has ended',
  lifetime: 'what keeps a process alive',
  register: '`forkwire/register`',
  prefork: '`prefork()`, without spares',
};

/** Programs of ../promises that a runtime cannot run, and why. */
export const without = {
  Bun: {},
  Deno: {
    'read-ahead': 'a paused socket reads nothing ahead',
    'no-descriptors-left': 'Deno itself ends when it has no descriptors left',
  },
};

const ONE = 'it starts both processes itself';
const WIRE = 'ports, requests, files and shared memory need the native wire';
const STOPS = "Deno's own channel stops after the first sockets that it sends";

const LOSES = "Deno's own channel can lose a handle that arrives together with other messages";

const SPARES = 'it is about parents without spares';
const OTHERS = {
  prefork: SPARES,
  register: ONE,
  inherited: ONE,
  files: WIRE,
  memory: WIRE,
  ports: WIRE,
  requests: WIRE,
};
const TO_DENO = { ...OTHERS, connections: LOSES, descriptors: STOPS };

/** Programs of this folder that a pair cannot run, and why. */
export const withoutPair = {
  'Node > Bun': OTHERS,
  'Node > Deno': TO_DENO,
  'Bun > Node': OTHERS,
  'Bun > Deno': TO_DENO,
  'Deno > Node': OTHERS,
  'Deno > Bun': OTHERS,
};

/** @typedef {'Node' | 'Bun' | 'Deno'} Runtime */

/** Parents and their children. The suite tests Node with Node. */
export const pairs = [
  ['Bun', 'Bun'],
  ['Deno', 'Deno'],
  ['Node', 'Bun'],
  ['Node', 'Deno'],
  ['Bun', 'Node'],
  ['Bun', 'Deno'],
  ['Deno', 'Node'],
  ['Deno', 'Bun'],
];
