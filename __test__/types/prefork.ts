import { prefork } from 'forkwire';
import type { ChildProcess, PreforkOptions, PreforkStats, Workers } from 'forkwire';

const options: PreforkOptions = {
  count: 2,
  modulePath: new URL('file:///job.mjs'),
  preload: ['package', new URL('file:///module.mjs')],
  execArgv: ['--no-warnings'],
  serialization: 'advanced',
  stdio: 'pipe',
  latency: 'low',
};

export async function run(): Promise<PreforkStats> {
  const workers: Workers = prefork(options);
  await workers.ready();
  const child: ChildProcess = workers.fork('job.js', ['argument'], { cwd: '/' });
  child.send('hello');
  workers.fork();
  workers.fork(undefined, { env: {} });
  // @ts-expect-error a count is required
  prefork({});
  const { warm, reasons }: PreforkStats = workers.stats();
  const count: number | undefined = reasons['stdio differs'];
  await workers.close();
  return { ...workers.stats(), warm: warm + (count ?? 0) };
}
