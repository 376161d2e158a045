// Prints its process, and which of Node's built-in modules were loaded before this program.
const { writeSync } = require('node:fs');

const builtIn = [...process.moduleLoadList].filter((name) => name.startsWith('NativeModule '));
const modules = builtIn.map((name) => name.slice('NativeModule '.length));
writeSync(1, JSON.stringify({ pid: process.pid, modules }));
// In a child, the channel would keep the process alive.
process.channel?.unref();
