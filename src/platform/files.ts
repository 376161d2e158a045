// The functions of node:fs that starting a child needs, captured when forkwire is loaded, because tests mock node:fs.
import fs = require('node:fs');
import { join } from 'node:path';

export const { accessSync, closeSync, constants, existsSync, fstatSync, readFileSync, realpathSync } = fs;
export const { readSync, statSync, writeSync } = fs;

/** The files of this package that are loaded by their path. */
export const PRELOAD = join(__dirname, 'preload.js');
export const CHANNELS = join(__dirname, 'channels.js');
/** What a spare process runs in place of it. */
export const SPARE = join(__dirname, 'spare.js');
export const EXTRA = join(__dirname, 'extra.js');
export const REGISTER = join(__dirname, 'register.js');
export const REGISTER_MODULE = join(__dirname, 'register.mjs');
/** Made by napi: it finds the addon for this platform. */
export const LOADER = join(__dirname, '..', 'index.js');
