// Reading a file while a program writes it. Node under wine cannot write to a pipe of Linux.
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 100;

/**
 * The lines of `path` as they come.
 *
 * @param {string} path
 * @param {Promise<unknown>} ended when nobody writes any more
 */
export async function* followLines(path, ended) {
  let over = false;
  const end = ended.then(() => (over = true));
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(65_536);
    const decoder = new TextDecoder();
    let rest = '';
    for (;;) {
      const last = over; // asked before: what was written by then is read below
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length);
        if (bytesRead === 0) break;
        const lines = (rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split(/\r?\n/);
        rest = lines.pop() ?? '';
        yield* lines;
      }
      if (last) break;
      await Promise.race([end, delay(POLL_MS)]);
    }
    if (rest !== '') yield rest;
  } finally {
    await file.close();
  }
}
