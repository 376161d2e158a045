import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fixture } from '../helpers/child.mjs';
import { withClusters } from '../helpers/installed.mjs';
import { registerFile, runRegistered } from '../helpers/registered.mjs';

// Programs from npm that run servers as workers of node:cluster, unchanged.
const [pm2, socketIo, throng] = [
  await withClusters('pm2'),
  await withClusters('socket.io'),
  await withClusters('throng'),
];

const wire = process.platform === 'win32' ? 'node' : 'native';

throng('two workers serve requests, and end on SIGTERM', async (t, folder) => {
  const { report, wires } = await runRegistered(t, 'throng.cjs', [folder]);
  t.is(report.workers, 2);
  t.deepEqual(
    wires.map((one) => [one.pid, one.wire]).toSorted(),
    report.pids.map((pid) => [pid, wire]).toSorted(),
  );
});

socketIo(
  'sessions stay on their worker, and a message reaches the clients of all workers',
  async (t, folder) => {
    const { report, wires } = await runRegistered(t, 'socket-io-cluster.cjs', [folder]);
    t.like(report, { heard: 8, workers: 2 });
    t.deepEqual(
      wires.map((one) => one.wire),
      [wire, wire],
    );
  },
);

pm2('the workers are reloaded under load, and no request fails', async (t, folder) => {
  const home = mkdtempSync(join(tmpdir(), 'forkwire-pm2-'));
  const port = await freePort();
  const env = {
    ...process.env,
    PM2_HOME: home,
    PORT: String(port),
    NODE_OPTIONS: `--require ${registerFile}`,
  };
  const run = (...args) =>
    promisify(execFile)(process.execPath, [join(folder, 'node_modules', 'pm2', 'bin', 'pm2'), ...args], {
      env,
    });
  t.teardown(async () => {
    await run('kill');
    rmSync(home, { recursive: true, force: true });
  });
  const config = join(home, 'app.config.cjs');
  const app = {
    name: 'app',
    script: fixture('drop-in/pm2-app.cjs'),
    exec_mode: 'cluster',
    instances: 2,
    wait_ready: true,
  };
  writeFileSync(config, `module.exports = ${JSON.stringify({ apps: [app] })}`);
  await run('start', config);
  const [pids, failed] = [new Set(), []];
  let reloading = true;
  const client = async () => {
    while (reloading) {
      const { pid, ours } = await ask(port).catch(({ message }) => ({ ours: message }));
      if (ours === true) pids.add(pid);
      else failed.push(ours);
    }
  };
  const clients = Array.from({ length: 4 }, client);
  await run('reload', 'app').finally(() => (reloading = false));
  await Promise.all(clients);
  for (let i = 0; i < 4; i++) pids.add((await ask(port)).pid);
  t.deepEqual(failed, []);
  t.is(pids.size, 4); // two of each generation
});

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await once(server.close(), 'close');
  return port;
}

async function ask(port) {
  const [response] = await once(http.get({ port, host: '127.0.0.1', agent: false }), 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return JSON.parse(text);
}
