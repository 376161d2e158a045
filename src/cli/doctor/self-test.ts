// A small real program: a child, messages, a socket, an exit.
import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { fork } from '../../index.js';
import type { ChildProcess } from '../../index.js';
import type { Check } from './check.js';
import { FAREWELLS } from './farewells.js';

/** Milliseconds that each part may take. */
const LIMIT = 10_000;

const VALUES = {
  json: { text: 'ünïcödé', list: [1, 2.5, null, true], nested: { empty: {} } },
  advanced: { map: new Map([['key', new Set([1])]]), bytes: new Uint8Array([1, 2, 3]), big: 2n ** 70n },
} as const;

export async function selfTest(): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [name, part] of Object.entries({ start, messages, socket, exit })) {
    checks.push({ name, ...(await attempt(part)) });
  }
  return checks;
}

type Outcome = Omit<Check, 'name'>;

async function attempt(part: () => Promise<Outcome>): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    const outcome: Outcome = { status: 'bad', text: `nothing happened within ${LIMIT / 1000} s` };
    timer = setTimeout(resolve, LIMIT, outcome);
  });
  try {
    return await Promise.race([part(), late]);
  } catch (error) {
    return { status: 'bad', text: (error as Error).message };
  } finally {
    clearTimeout(timer);
    for (const child of children.splice(0)) child.kill('SIGKILL');
  }
}

const children: ChildProcess[] = [];

function begin(serialization: 'json' | 'advanced' = 'json'): ChildProcess {
  const child = fork(join(__dirname, 'doctor-child.js'), [], { serialization, execArgv: [] });
  children.push(child);
  return child;
}

/** @throws if the child exits instead */
async function answer(child: ChildProcess): Promise<unknown> {
  const leave = new AbortController();
  const ended = once(child, 'exit', leave).then(([code, signal]) => {
    throw new Error(
      `the child exited instead of answering: ${String(signal ?? `exit code ${String(code)}`)}`,
    );
  });
  try {
    return ((await Promise.race([once(child, 'message', leave), ended])) as unknown[])[0];
  } finally {
    ended.catch(() => {});
    leave.abort();
  }
}

async function start(): Promise<Outcome> {
  const begun = performance.now();
  const child = begin();
  child.send({ task: 'echo', value: 'here' });
  await answer(child);
  const ms = performance.now() - begun;
  const data = { ms, wire: child.wire };
  return { status: 'ok', text: `a child answered ${ms.toFixed(0)} ms after fork()`, data };
}

async function messages(): Promise<Outcome> {
  for (const [serialization, value] of Object.entries(VALUES)) {
    const child = begin(serialization as keyof typeof VALUES);
    child.send({ task: 'echo', value });
    if (!isDeepStrictEqual(await answer(child), value)) {
      return { status: 'bad', text: `a message in '${serialization}' came back changed` };
    }
  }
  return { status: 'ok', text: "came back as they were sent, with 'json' and with 'advanced'" };
}

async function socket(): Promise<Outcome> {
  const server = createServer({ pauseOnConnect: true });
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [accepted] = (await once(server, 'connection')) as [Socket];
    const child = begin();
    const sent = new Promise<void>((resolve, reject) => {
      child.send({ task: 'socket' }, accepted, (error) => (error === null ? resolve() : reject(error)));
    });
    const [said] = await Promise.all([text(client), sent]);
    if (said !== 'from the child') throw new Error(`the connection said ${JSON.stringify(said)}`);
    return { status: 'ok', text: 'a child took over a TCP connection and answered on it' };
  } finally {
    server.close();
  }
}

async function exit(): Promise<Outcome> {
  const child = begin();
  let came = 0;
  child.on('message', () => came++);
  const ended = once(child, 'close');
  child.send({ task: 'exit' });
  await ended;
  const data = { sent: FAREWELLS, came };
  const what = `${came} of ${FAREWELLS} messages that a child sent just before exit() arrived`;
  if (came === FAREWELLS) return { status: 'ok', text: what, data };
  // Only a child with forkwire's channel writes everything before it exits.
  return { status: child.wire === 'native' ? 'bad' : 'note', text: what, data };
}
