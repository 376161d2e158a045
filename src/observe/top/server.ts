// The socket that `forkwire top` connects to. It does not keep the process alive, and its errors never reach the program.
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { basename, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { say } from '../trace/line.js';
import { makeFolder, socketsIn } from './place.js';
import type { ChannelShown, ProcessShown } from './shown.js';
import { isStale, remove, sweep } from './stale.js';

/** Bytes that a client has not read. Above this, its questions are not answered. */
const BACKLOG = 1 << 20;

export function listen(channels: () => ChannelShown[]): void {
  const uid = process.geteuid?.();
  if (uid === undefined) {
    complain(`is not supported on ${process.platform}, where other users could read the pipes`);
    return;
  }
  let folder: string;
  try {
    folder = makeFolder(uid);
  } catch (error) {
    complain(`cannot use a folder for its socket: ${(error as Error).message}`);
    return;
  }
  for (const place of socketsIn(folder)) if (place.pid !== process.pid) void sweep(place);
  open(join(folder, `${process.pid}-${threadId}.sock`), channels);
}

function open(path: string, channels: () => ChannelShown[], again = true): void {
  const server = createServer((socket) => {
    answer(socket, channels);
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    // An earlier process had the same id and was killed.
    if (error.code === 'EADDRINUSE' && again) void replace(path, channels);
    else complain(`cannot listen on ${path}: ${error.message}`);
  });
  // Without `exclusive`, a worker of node:cluster would have its primary listen.
  server.listen({ path, exclusive: true }, () => {
    try {
      chmodSync(path, 0o600);
    } catch {
      // The folder already keeps other users out.
    }
  });
  server.unref();
  process.once('exit', () => {
    remove(path);
  });
}

async function replace(path: string, channels: () => ChannelShown[]): Promise<void> {
  if (!(await isStale(path))) {
    complain(`cannot listen on ${path}: another process already does`);
    return;
  }
  remove(path);
  open(path, channels, false);
}

/** Answers any input with a snapshot. */
function answer(socket: Socket, channels: () => ChannelShown[]): void {
  socket.unref();
  socket.on('error', () => {}); // the client has gone
  socket.on('data', () => {
    if (socket.writableLength > BACKLOG) return;
    const snapshot: ProcessShown = {
      pid: process.pid,
      thread: threadId,
      program: basename(process.argv[1] ?? process.title),
      at: performance.now(),
      channels: channels(),
    };
    socket.write(`${JSON.stringify(snapshot)}\n`);
  });
}

function complain(what: string): void {
  say(`FORKWIRE_TOP ${what}`);
}
