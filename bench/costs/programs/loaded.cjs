// Prints which of Node's built-in modules and which addons were loaded before this program.
const { writeSync } = require('node:fs');

const builtIn = [...process.moduleLoadList].filter((name) => name.startsWith('NativeModule '));
const addons = process.report.getReport().sharedObjects.filter((file) => file.endsWith('.node'));
const modules = builtIn.map((name) => name.slice('NativeModule '.length));
writeSync(1, JSON.stringify({ modules, addons }));
// In a child, the channel would keep the process alive.
process.channel?.unref();
