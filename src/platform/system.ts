import { process } from './captured.js';

/** On Windows, sockets and pipes are not file descriptors. */
export const isWindows = process.platform === 'win32';
