/** Whether sockets and pipes are Windows', which are no descriptors. */
export const isWindows = process.platform === 'win32';
