// Measures HTTP servers in children: a connection for each request, from bench/children/http-client.cjs.
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { join } = require('node:path');

const client = join(__dirname, '..', 'children', 'http-client.cjs');

/** Microseconds of CPU time of this process so far. */
function used() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/**
 * `{ rate, parent, children }`: connections a second, and microseconds of CPU time a connection.
 *
 * @param {number} port
 * @param {number} requests
 * @param {import('node:child_process').ChildProcess[]} children each answers a message with what `used()` returns
 */
async function measure(port, requests, children) {
  const usedBy = async (child) => {
    const answer = once(child, 'message');
    child.send('used');
    return (await answer)[0];
  };
  const sum = async () => (await Promise.all(children.map(usedBy))).reduce((total, one) => total + one, 0);
  const asking = spawn(process.execPath, [client, String(port), String(requests)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(asking.stdout, 'data');
  const [ofChildren, own, begun] = [await sum(), used(), performance.now()];
  asking.stdin.write('go\n');
  await once(asking.stdout, 'data');
  const seconds = (performance.now() - begun) / 1000;
  const [parentUsed, childrenUsed] = [used() - own, (await sum()) - ofChildren];
  return { rate: requests / seconds, parent: parentUsed / requests, children: childrenUsed / requests };
}

module.exports = { measure, used };
