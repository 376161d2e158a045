// The tests that do not run on Windows, by name, with the reason. `npm run test:windows` runs the others.

/** Patterns of test titles, as AVA's --match takes them. */
const titles = {
  'compares Node with itself: Windows tests only forkwire': ['stock: *'],
  'libuv can take over neither a UDP socket nor, on its own wire, a pipe (docs/platforms.md)': [
    '*: several handles of several kinds come with one message, *',
    '*: a datagram socket is shared both ways, *',
    '*: a native datagram handle arrives as one, *',
    'fork with wire*: a Unix domain socket moves to the child, *',
    'spawn: a Unix domain socket moves to the child, *',
    '*: the native handle of a Pipe server arrives as one',
    '*: the native handle of a datagram socket arrives as one',
    'examples/dgram prints *',
    'examples/udp-pool prints *',
  ],
  'connects to a shared server while one of its processes is busy or stopped: __test__/windows/servers.test.mjs':
    [
      '*: a * server is shared: the parent and the child accept, *',
      '*: a * server is shared with the child, *',
      '*: a server is shared with the parent, *',
      '*: a child shares its server with its parent',
      '*: native handles arrive as native handles, *',
      '*: the native handle of a TCP server arrives as one',
    ],
  'a connection that the system has accepted for a process which closes its server is lost (docs/platforms.md)':
    [
      'a server is handed from child to child, *: fork',
      'a server is handed from child to child, *: shared handle',
    ],
  'a channel has no descriptor on Windows (docs/platforms.md)': [
    "*: the parent's channel.fd is an open socket",
    '*: leaves the descriptors beside the channel as stdio says',
    '*: a fault of the peer is published, with or without a listener for errors',
    '*: malformed data counts as an error of the receiver',
  ],
  'a port without a name carries no handles on Windows (docs/platforms.md)': [
    '*: a port to a port that nobody reads lets the process end*',
    '*: a socket to a port that nobody reads lets the process end*',
    '*: postMessage() carries ports inside its message',
  ],
  'a port cannot be sent there while the system does not have its last message (docs/platforms.md)': [
    '*: what a port has not written yet is written by the process that receives it',
  ],
  'a child ends with its parent there, before it has read everything': [
    '*: what a parent posted before it exits arrives, whichever end asked first',
  ],
  'counts descriptors and mappings in /proc': [
    '*: ports that are sent, closed or forgotten leave no descriptor behind',
    '*: no descriptor is left behind in the parent',
    '*: memory that comes back is the same object, and is mapped once',
    '*: a callback of a message with views gets null once, and they are counted',
    '*: memory outlives the worker thread that made it, and goes on to a process',
  ],
  'memory cannot be frozen on Windows (docs/shared-memory.md)': [
    '*: frozen memory arrives frozen, and nobody can write it',
    '*: memory that another process could write is not frozen',
  ],
  'commits 4 GiB of the paging file': ['*: a view of 4 GiB costs what a small one does'],
  'stops a process with SIGSTOP, which only Unix has': [
    '*: a callback of sendMany() gets one error when the peer is gone',
  ],
  'tests users and process groups, which only Unix has': [
    'examples/activation prints *',
    '*: runs the child as options.uid and options.gid',
    '*: makes a detached child the leader of its own group',
  ],
};

/** Tests that only wine cannot run. */
const wineTitles = {
  'wine does not start programs through symbolic links': [
    '*: the same program by another path has the native wire',
  ],
};

/** Patterns of test files. */
const files = {
  'checks files of the project, which are the same everywhere': [
    '__test__/docs/{chart,links}.test.mjs',
    '__test__/package/{release,workflows}.test.mjs',
  ],
  'counts descriptors in /proc, limits them, or writes to that of the channel': [
    '__test__/channel/hostile-peer.test.mjs',
    '__test__/handles/{descriptors,limit,third-process}.test.mjs',
    '__test__/memory/{collection,hostile-peer}.test.mjs',
    '__test__/ports/collection.test.mjs',
    '__test__/channel/receive/memory-returns.test.mjs',
  ],
  'opens FIFOs, terminals and devices, or starts programs with sockets, as only Unix does': [
    '__test__/descriptors/*.test.mjs',
  ],
  'tests signals': ['__test__/stress/signals.test.mjs'],
  'compares with Node itself, by signals and /proc': ['__test__/promises/*.test.mjs'],
  'libuv cannot take over a UDP socket (docs/platforms.md)': ['__test__/handles/dgram.test.mjs'],
};

const not = (groups) =>
  Object.values(groups)
    .flat()
    .map((pattern) => `!${pattern}`);

/** Tests that only wine cannot run. */
const wineFiles = {
  'npm does not end under wine': [
    '__test__/drop-in/{libraries,runtimes}.test.mjs',
    '__test__/ports/clients.test.mjs',
  ],
  'esbuild is installed for the system that wine runs on': ['__test__/ports/names.test.mjs'],
};

const wine = Boolean(process.env.FORKWIRE_WINE);

/** Added to AVA's own settings on Windows. */
export const windows = {
  match: ['*', ...not(titles), ...(wine ? not(wineTitles) : [])],
  files: [...not(files), ...(wine ? not(wineFiles) : [])],
};
