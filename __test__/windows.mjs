// What is not run on Windows, by name, with the reason. `npm run test:windows` runs the rest.

/** Patterns of test titles, as AVA's --match takes them. */
const titles = {
  'compares Node with itself: it is forkwire that is tested there': ['stock: *'],
  'stops a process by SIGSTOP, or waits for what /proc says: Windows has neither': [
    '*: a drain is published when it is told',
    '*: messages that fail are published once, with their number',
    '*: the backlog is what waits, and a drain is counted when it is told',
    '*: a handle is in flight until its receiver has answered',
    '*: the handles of an array count one by one',
    '*: errors are as many as callbacks with one',
    '*: one message of 3 MB sent before disconnect() arrives, *',
    '*what is sent to a child that is dead and not yet noticed',
    '*: a * server is shared with the child, *',
    '*: a server is shared with the parent, *',
    '*: every callback is called when the child is killed*',
    '*: no descriptor is left behind in the parent',
    '*: a socket that comes back because the child is dead has it again',
    '*: messages behind a handle do not wait for the child to take it',
    '*: many handles are in flight at once',
    '*: a socket sent to a child that has just died is an error, and is not left open',
    '*: a * server is shared: the parent and the child accept, *',
    '*: a child shares its server with its parent',
    '*: what a socket is told from the moment that it is sent is read by the child',
    '*: returns false when the backlog of unsent bytes is too large',
    '*: counts bytes, not messages: one large message is enough',
    '*: delivers all that it returned false for',
    '*: returns true again once the backlog has been taken',
    "*: emits 'drain' once the backlog is empty after send() returned false",
    "*: 'drain' comes again for each time that it was full",
    '*: highWaterMark sets, in bytes, when send() returns false',
    '*: calls back only when the kernel has taken a large message',
    '*: calls a callback that waited in the async context of its send',
    '*: the error of writing to a child that has just died',
    "*: emits the error of writing to a dead child as 'error' without a callback",
    '*: swallowErrors silences that event',
    '*: settles each send once when the child is killed, *',
    '*: the errors of a lost backlog say what failed',
    "*: a lost send without a callback is an 'error' of the ChildProcess",
    '*: callbacks of a lost backlog come in the order of the sends',
    '*: a send made before disconnect() settles as what became of it',
  ],
  'a channel has no descriptor on Windows, in Node neither': [
    "*: the parent's channel.fd is an open socket",
    '*: has the channel at descriptor * when stdio says so',
    '*: leaves the descriptors beside the channel as stdio says',
  ],
  'users and process groups are those of Unix': [
    '*: runs the child as options.uid and options.gid',
    '*: makes a detached child the leader of its own group',
  ],
};

/** Patterns of test files. */
const files = {
  'counts descriptors in /proc, limits them, or writes to that of the channel': [
    '__test__/channel/hostile-peer.test.mjs',
    '__test__/handles/{descriptors,limit,socket-closed,third-process}.test.mjs',
    '__test__/teardown/worker.test.mjs',
    '__test__/receive/{bounded-memory,memory-returns}.test.mjs',
  ],
  'stops processes by signals': ['__test__/exit/deadline.test.mjs', '__test__/stress/*.test.mjs'],
  'libuv cannot take a UDP socket over (docs/platforms.md)': [
    '__test__/handles/dgram.test.mjs',
    '__test__/handles/arrays.test.mjs',
  ],
};

const not = (groups) =>
  Object.values(groups)
    .flat()
    .map((pattern) => `!${pattern}`);

/** Added to AVA's own settings on Windows. */
export const windows = { match: ['*', ...not(titles)], files: not(files) };
