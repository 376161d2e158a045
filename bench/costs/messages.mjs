// What a message costs a Node process, at the parent's end, on Node's own loop, counted by callgrind.
import { basename, join } from 'node:path';
import { tmpdir } from 'node:os';
import { ALLOCATIONS, countCalls, timesOf } from './callgrind.mjs';

const parent = join(import.meta.dirname, 'programs', 'parent.cjs');

/** Messages in the shorter of two runs; both numbers are multiples of a burst (programs/messages.cjs). */
const FEW = 512;
const MANY = 1536;

const NODE_API = /^napi_/;
/**
 * System calls of the addon. Node's own waits are not counted: their number depends on which process is faster. Nor is
 * `read`: no channel uses it, but the addon looks now and then how busy the machine is, and how often it does depends on
 * how long the run takes.
 */
const SYSTEM_CALLS =
  /^(send|sendmsg|sendto|recv|recvmsg|recvfrom|readv|write|writev|poll|ppoll|fcntl|ioctl)$/;

const WAYS = [
  // While it waits for an answer the addon looks at the socket as often as there is time.
  { title: 'sent and answered', way: 'answered', digits: 0 },
  // The number of writes for a burst, and with it some allocations, depends on timing.
  { title: 'sent, of 256 in a turn', way: 'sent', without: 'system calls', digits: 1 },
  { title: 'received, of 256 in a read', way: 'received' },
];

/**
 * @param {string} node
 * @param {string} addon its file
 * @returns {Promise<Record<string, Record<string, number>>>} a message's part of each way
 */
export async function costsOfMessages(valgrind, node, addon) {
  const costs = {};
  for (const { title, way, without, digits = 2 } of WAYS) {
    const [few, many] = await Promise.all([FEW, MANY].map((count) => counted(way, count)));
    const names = Object.keys(few).filter((name) => name !== without);
    const perMessage = (name) => Number(((many[name] - few[name]) / (MANY - FEW)).toFixed(digits));
    costs[title] = Object.fromEntries(names.map((name) => [name, perMessage(name)]));
  }
  return costs;

  async function counted(way, count) {
    const signal = join(tmpdir(), `forkwire-costs-${process.pid}-${count}`);
    const { calls } = await countCalls(valgrind, [node, parent, way, String(count), signal]);
    const own = calls.filter(({ from }) => from === basename(addon));
    return {
      allocations: timesOf(own, ALLOCATIONS),
      'calls of Node-API': timesOf(own, NODE_API),
      'system calls': timesOf(own, SYSTEM_CALLS),
    };
  }
}
