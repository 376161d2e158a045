// What the start of a child asks the file system, taken when forkwire is loaded: tests mock node:fs.
import fs = require('node:fs');

export const { accessSync, closeSync, constants, fstatSync, realpathSync, statSync, writeSync } = fs;
