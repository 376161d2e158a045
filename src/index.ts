/**
 * child_process.fork() and subprocess.send() with a core in Rust.
 * @packageDocumentation
 */
export { fork } from './fork.js';
export type {
  ChannelControl,
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
