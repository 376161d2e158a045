// Ports that nobody refers to leave nothing behind: neither objects nor descriptors.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { onlyForkwire } from '../helpers/cases.mjs';
import { fixture } from '../helpers/child.mjs';

const run = promisify(execFile);
const index = new URL('../../dist/index.js', import.meta.url);

/**
 * Runs a body that makes ports in the function `make`, which returns weak references to them. It ends once they are collected, and a second
 * round has left no more descriptors open than the first.
 */
async function ends(t, make) {
  const program = `
    import { readdirSync } from 'node:fs';
    import { once } from 'node:events';
    import { fork, MessageChannel } from '${index}';
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const weak = (...ports) => ports.map((port) => new WeakRef(port));
    const make = async () => {${make}};
    setInterval(() => {}, 1e6); // a port that waits for its end does not keep the process running
    let before = Infinity;
    // The first round opens what a process has once.
    for (let round = 1; round <= 2; round++) {
      const refs = [];
      for (let n = 0; n < 20; n++) refs.push(...(await make()));
      // What deref() returns lives until the end of its job, so it must come after the collection.
      do {
        await turn();
        gc();
      } while (refs.some((ref) => ref.deref() !== undefined) || descriptors() > before);
      before = descriptors();
    }
    console.log('collected');
    process.exit();`;
  const { stdout } = await run(process.execPath, ['--expose-gc', '--input-type=module', '-e', program]);
  t.is(stdout, 'collected\n');
}

const uses = {
  'ports that were never used': `
    const { port1, port2 } = new MessageChannel();
    return weak(port1, port2);`,
  'ports that were used and closed': `
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(1);
    await once(port2, 'message');
    port1.close();
    await once(port1, 'close');
    return weak(port1, port2);`,
  'ports with requests, after they were closed': `
    const { port1, port2 } = new MessageChannel();
    port2.serve((n) => n + 1);
    await port1.request(1);
    const gone = once(port2, 'close');
    port1.close();
    await gone;
    return weak(port1, port2);`,
  'ports that were sent and closed by the receiver': `
    const other = new MessageChannel();
    const { port1, port2 } = new MessageChannel();
    other.port1.postMessage(1, [port2]);
    const [, [received]] = await new Promise((resolve) =>
      other.port2.once('message', (...all) => resolve([all[0], [all[1]].flat()])),
    );
    const gone = once(port1, 'close');
    port1.start();
    received.close();
    await gone;
    const ended = once(other.port1, 'close');
    other.port1.close();
    await ended;
    return weak(port1, port2, received, other.port1, other.port2);`,
  'ports with names, after they were closed': `
    globalThis.child ??= fork(${JSON.stringify(fixture('echo.cjs'))});
    globalThis.number = (globalThis.number ?? 0) + 1;
    const port = child.channel.port('number ' + number);
    port.postMessage(1);
    const gone = once(port, 'close');
    port.close();
    await gone;
    return weak(port);`,
};

for (const [what, make] of Object.entries(uses)) {
  const test = process.platform === 'linux' ? onlyForkwire : () => {};
  test(`${what} are collected, and their descriptors closed`, (t) => ends(t, make));
}
