// The limits of the system for a program with many children, sockets or large messages.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { size, whole } from './check.js';
import type { Check } from './check.js';

/** Enough descriptors for a hundred children and a thousand sockets. */
const ENOUGH_DESCRIPTORS = 4096;
/** Bytes: SEND_BUFFER of crates/sys/src/unix/socket.rs. */
const ASKED_BUFFER = 1_048_576;
/** Bytes: twice the default of maxMessageSize, because a message is in at least two processes. */
const LARGEST_MESSAGES = 2 ** 30;

export function checkDescriptors(): Check | undefined {
  if (process.platform === 'win32') return undefined;
  const [soft, hard] = run('sh', ['-c', 'ulimit -Sn; ulimit -Hn']) ?? [];
  if (soft === undefined || hard === undefined) return undefined;
  const shell = softLimitOf(process.ppid);
  const count = (limit: string): number => (limit === 'unlimited' ? Infinity : Number(limit));
  const show = (limit: string): string => (Number.isFinite(count(limit)) ? whole(count(limit)) : limit);
  const raised =
    shell === undefined || shell === soft ? '' : ` (ulimit -n said ${show(shell)}; Node raises its own)`;
  const text = `${show(soft)}, at most ${show(hard)}${raised}`;
  const data = { soft: json(count(soft)), hard: json(count(hard)), startedWith: json(count(shell ?? soft)) };
  if (count(soft) >= ENOUGH_DESCRIPTORS) return { name: 'descriptors', status: 'ok', text, data };
  const advice = [
    'A child takes one, or four with piped stdio. A handle in flight takes one in each process, at most 512 at a time.',
    'Raise it with ulimit -n 65536, LimitNOFILE= of systemd, or --ulimit nofile=65536 of docker.',
  ];
  return { name: 'descriptors', status: 'note', text, advice, data };
}

export function checkBuffers(): Check | undefined {
  const [name, most] =
    process.platform === 'linux'
      ? ['net.core.wmem_max', sysctlFile('net/core/wmem_max')]
      : ['kern.ipc.maxsockbuf', sysctl('kern.ipc.maxsockbuf')];
  if (most === undefined) return undefined;
  const data = { asked: ASKED_BUFFER, most };
  const text = `${size(Math.min(ASKED_BUFFER, most))} for each direction of a channel (${name} is ${size(most)})`;
  if (most >= ASKED_BUFFER) return { name: 'buffers', status: 'ok', text, data };
  const advice = [
    `forkwire asks for ${size(ASKED_BUFFER)}: with less, messages of 64 KiB and more may take twice as long.`,
    `Raise it with sysctl -w ${name}=${ASKED_BUFFER}`,
  ];
  return { name: 'buffers', status: 'note', text, advice, data };
}

export function checkMemory(): Check {
  const { constrainedMemory } = process as { constrainedMemory?: () => number };
  const constrained = constrainedMemory?.() ?? 0;
  const total = os.totalmem();
  const limit = constrained > 0 && constrained < total ? constrained : total;
  const heap = getHeapStatistics().heap_size_limit;
  const data = { total, limit, free: os.freemem(), heap };
  const whose = limit === total ? 'of this machine' : `may be used, of ${size(total)}`;
  const text = `${size(limit)} ${whose}; the heap of a Node process grows to ${size(heap)}`;
  if (limit >= LARGEST_MESSAGES) return { name: 'memory', status: 'ok', text, data };
  const advice = [
    'One message may have 512 MiB. Set a lower bound with maxMessageSize, and one for the backlog with highWaterMark.',
  ];
  return { name: 'memory', status: 'note', text, advice, data };
}

export function checkProcessors(): Check {
  const count = os.availableParallelism();
  const data = { available: count, all: os.cpus().length };
  const text = `${count} of ${data.all}, ${os.cpus()[0]?.model.trim() ?? 'unknown'}`;
  if (count > 1) return { name: 'processors', status: 'ok', text, data };
  const advice = ['A parent and its children take turns on it: they gain isolation, but not speed.'];
  return { name: 'processors', status: 'note', text, advice, data };
}

const json = (count: number): number | string => (Number.isFinite(count) ? count : 'unlimited');

/** The soft limit before Node raised that of this process. */
function softLimitOf(pid: number): string | undefined {
  return /^Max open files\s+(\S+)/m.exec(read(`/proc/${pid}/limits`) ?? '')?.[1];
}

function sysctlFile(name: string): number | undefined {
  const text = read(`/proc/sys/${name}`);
  return text === undefined ? undefined : Number(text);
}

function sysctl(name: string): number | undefined {
  if (process.platform !== 'darwin') return undefined;
  const [value] = run('sysctl', ['-n', name]) ?? [];
  return value === undefined ? undefined : Number(value);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // a container may hide it
  }
}

function run(program: string, args: string[]): string[] | undefined {
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    return execFileSync(program, args, { encoding: 'utf8', stdio: [...stdio] })
      .trim()
      .split('\n');
  } catch {
    return undefined;
  }
}
