// The CPU time of this process.

/** Microseconds so far, of all threads, in the program and in the kernel. */
export function cpuMicroseconds() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
