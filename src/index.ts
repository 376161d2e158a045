/**
 * child_process.fork() and subprocess.send() with a core in Rust.
 * @packageDocumentation
 */
import { showProgram } from './show.js';

export { fork } from './fork.js';
export { spawn } from './spawn.js';
export type { SpawnOptions } from './spawn.js';
export type {
  DrainPublished,
  ErrorPublished,
  HandlePublished,
  MessagePublished,
  Published,
  SendPublished,
} from './diagnostics.js';
export type { ChannelStats, ReceivedStats, SentStats } from './stats.js';
export type {
  ChannelControl,
  ChannelOptions,
  ChildProcess,
  ForkOptions,
  MessageOptions,
  Send,
  SendCallback,
  SendHandle,
  Serializable,
  SingleHandle,
  Wire,
} from './types.js';

showProgram();
