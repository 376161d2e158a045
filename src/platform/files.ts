// The functions of node:fs that starting a child needs, captured when forkwire is loaded, because tests mock node:fs.
import fs = require('node:fs');

export const { accessSync, closeSync, constants, existsSync, fstatSync, readFileSync, realpathSync } = fs;
export const { readSync, statSync, writeSync } = fs;
