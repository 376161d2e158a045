// What a program of this folder is: a parent and its child in one file. The parent finds out whether a promise is
// kept and prints what it saw. Plain node:child_process code, so that the same file runs on every implementation.
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const net = require('node:net');
const { tmpdir } = require('node:os');
const path = require('node:path');

/** `forkwire`, `forkwire-node-wire` (its parent's end on Node's own wire), or the runtime's own. */
const implementation = process.env.FORKWIRE_PROMISES ?? 'own';
const own = implementation === 'own';
const library = own ? require('node:child_process') : require('../../dist/index.js');

/** A Node for children that have to be Node, whatever runtime the parent is. */
const node = process.env.FORKWIRE_PROMISES_NODE ?? process.execPath;

/**
 * Runs the program: `child` in a process started by `fork`, `parent` otherwise.
 * @param {{parent: () => Promise<{kept: boolean, saw: string}>, child?: (...args: string[]) => void}} program
 */
function program({ parent, child }) {
  const [, , role, ...args] = process.argv;
  if (role === 'child') child(...args);
  else void parent().then(tell);
}

function tell(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
}

/** Forks this very program as a child. */
function fork(args = [], options = {}) {
  const wire = implementation === 'forkwire-node-wire' ? { wire: 'node' } : {};
  const child = library.fork(process.argv[1], ['child', ...args], { ...wire, ...options });
  // What cannot be sent is an error of its callback, or of the child: not of this program.
  child.on('error', () => {});
  return child;
}

/** Starts another program of this folder in a Node, with Node's own wire. */
function spawnNode(file, args = []) {
  const stdio = ['ignore', 'inherit', 'ignore', 'ipc'];
  return library.spawn(node, [path.join(__dirname, file), ...args], { stdio });
}

/** What a parent sees of a child that sends what `what` names as a handle of `type`. */
async function receiveHandle(what, type) {
  const child = spawnNode('peers/raw-handle.cjs', [what, type]);
  const seen = [];
  child.on('message', (message, handle) => seen.push(handle === undefined ? 'no handle' : 'a handle'));
  child.on('error', ({ code, name }) => seen.push(`'error' ${code ?? name}`));
  await within(5000, child, 'exit');
  await pause(100);
  return { kept: !seen.includes('a handle'), saw: `the parent lives; ${seen.join(', ') || 'refused'}` };
}

/** The arguments of the next `event`; undefined if it has not come within `ms`. */
function within(ms, emitter, event) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    emitter.once(event, (...args) => {
      clearTimeout(timer);
      resolve(args);
    });
  });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Holds this thread. */
const block = (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Until `measure` returns the same for half a second; what it returns then. */
async function settled(measure) {
  let last = await measure();
  for (let same = 0; same < 5;) {
    await pause(100);
    const now = await measure();
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return last;
}

/** Stops a process until it is killed or continued. */
async function stop(child) {
  process.kill(child.pid, 'SIGSTOP'); // not child.kill(): in Deno, that can be done once
  while (!/\) T /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))) await pause(1);
}

/** Memory that a process has in RAM, MiB. */
const residentMiB = (pid) =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024);

/** Both ends of a connection that this process accepted. */
async function connection(options = { pauseOnConnect: true }) {
  const server = net.createServer(options).listen(0, '127.0.0.1');
  await within(5000, server, 'listening');
  const client = net.connect(server.address().port, '127.0.0.1').on('error', () => {});
  const [accepted] = await within(5000, server, 'connection');
  accepted.on('error', () => {});
  server.close();
  return { client, accepted };
}

/** A path for a file, and what removes it. */
function scratch() {
  const folder = mkdtempSync(path.join(tmpdir(), 'forkwire-'));
  return { file: path.join(folder, 'file'), remove: () => rmSync(folder, { recursive: true }) };
}

const number = (count) => count.toLocaleString('en-US');

module.exports = {
  block,
  connection,
  fork,
  number,
  own,
  pause,
  program,
  receiveHandle,
  residentMiB,
  scratch,
  settled,
  spawnNode,
  stop,
  within,
};
