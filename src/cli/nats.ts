// forkwire nats: workers of this machine for the requests of a subject.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type * as Nats from '../nats.js';
import { Failure, UsageError, parse, print } from './command.js';
import type { Command } from './command.js';
import { NATS_HELP, NATS_OPTIONS } from './nats-options.js';

type Values = ReturnType<typeof read>['values'];

export const nats: Command = {
  summary: 'forks workers, and passes requests that come over NATS on to them',
  help: NATS_HELP,

  async run(args) {
    const { values, file, rest } = read(args);
    const connection = await connectWith(values);
    let bridge: Nats.NatsBridge;
    try {
      const { natsBridge } = require('../nats.js') as typeof Nats;
      bridge = natsBridge(connection, values.subject as string, file, bridgeOptions(values, rest));
    } catch (error) {
      await connection.close();
      const { code = '', message } = error as { code?: string; message: string };
      if (/^ERR_(INVALID_ARG|OUT_OF_RANGE)/.test(code)) throw new UsageError(message);
      throw error;
    }
    return run(connection, bridge, values.subject as string);
  },
};

function connectWith({ server = 'nats://127.0.0.1:4222', subject, ...values }: Values): Promise<Connection> {
  const { connect, credsAuthenticator } = library();
  const { creds, tlsca, tlscert, tlskey, user, password } = values;
  const tls = { ...fileAt('ca', tlsca), ...fileAt('cert', tlscert), ...fileAt('key', tlskey) };
  const token = process.env['NATS_TOKEN'];
  return connect({
    servers: server.split(','),
    name: `forkwire nats ${subject}`,
    maxReconnectAttempts: -1,
    ...(user !== undefined && { user, pass: password }),
    ...(token !== undefined && { token }),
    ...(creds !== undefined && { authenticator: credsAuthenticator(contents(creds)) }),
    ...(Object.keys(tls).length > 0 && { tls }),
  }).catch((error: Error) => {
    throw new Failure(`cannot connect to ${server}: ${error.message}`);
  });
}

function read(args: string[]) {
  // What follows the file is for the workers.
  const at = parse({
    args,
    options: NATS_OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  }).tokens.find(({ kind }) => kind === 'positional')?.index;
  const own = at === undefined ? args : args.slice(0, at + 1);
  const { values, positionals } = parse({ args: own, options: NATS_OPTIONS, allowPositionals: true });
  const [file] = positionals;
  if (values.subject === undefined) throw new UsageError('missing --subject');
  if (file === undefined) throw new UsageError('missing the file of the workers');
  const path = resolve(file);
  if (!existsSync(path)) throw new UsageError(`there is no file ${path}`);
  return { values: withVariables(values), file: path, rest: at === undefined ? [] : args.slice(at + 1) };
}

/** The variables are those of the program `nats`, so that passwords need not be on the command line. */
function withVariables<T extends Record<string, string | boolean | undefined>>(values: T): T {
  const variables = {
    server: 'NATS_URL',
    user: 'NATS_USER',
    password: 'NATS_PASSWORD',
    creds: 'NATS_CREDS',
    tlsca: 'NATS_CA',
    tlscert: 'NATS_CERT',
    tlskey: 'NATS_KEY',
  };
  const found = Object.entries(variables).map(([name, variable]) => [name, process.env[variable]]);
  return { ...Object.fromEntries(found.filter(([, value]) => value !== undefined)), ...values } as T;
}

function bridgeOptions(values: Values, args: string[]): Nats.NatsBridgeOptions {
  const numbers = ['workers', 'concurrency', 'prefork'] as const;
  const given = numbers.flatMap((name) => (values[name] === undefined ? [] : [[name, Number(values[name])]]));
  const drain = values['drain-timeout'];
  return {
    args,
    // Ctrl-C is for this process, which lets the workers finish. They end with it, however it ends.
    ...(process.platform !== 'win32' && { fork: { detached: true, endWithParent: true } }),
    ...(values.queue !== undefined && { queue: values.queue }),
    ...(values.serialization !== undefined && { serialization: values.serialization as 'json' }),
    ...(values.messages === true && { messages: true }),
    ...(drain !== undefined && { drainTimeout: Number(drain) * 1000 }),
    ...(Object.fromEntries(given) as Nats.NatsBridgeOptions),
  };
}

async function run(connection: Connection, bridge: Nats.NatsBridge, subject: string): Promise<number> {
  const complain = (text: string): void => void process.stderr.write(`forkwire: ${text}\n`);
  bridge.on('error', (error: Error) => complain(error.message));
  bridge.on('restart', ({ child, code, signal, delay }: Nats.NatsWorkerExit) => {
    const how = signal === null ? `exit code ${code}` : signal;
    complain(`worker ${child.pid} has ended (${how}), another one starts in ${delay} ms`);
  });
  await connection.flush();
  print(`${bridge.workers.length} workers answer requests on ${subject} of ${connection.getServer()}`);
  const reason = await Promise.race([toldToEnd(), connection.closed()]);
  const told = typeof reason === 'string';
  if (told) print(`${reason}: no further requests, ${bridge.stats().serving} under way`);
  else complain(`the connection has ended: ${reason instanceof Error ? reason.message : 'it was closed'}`);
  await bridge.close();
  await connection.close();
  return told ? 0 : 1;
}

/** The second signal ends the process at once, as it would have without us. */
function toldToEnd(): Promise<string> {
  return new Promise((done) => {
    const signals = ['SIGTERM', 'SIGINT'] as const;
    const onSignal = (signal: string): void => {
      for (const one of signals) process.off(one, onSignal);
      done(signal);
    };
    for (const one of signals) process.on(one, onSignal);
  });
}

const fileAt = (name: string, path: string | undefined): object =>
  path === undefined ? {} : { [name]: contents(path).toString() };

function contents(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

type Connection = Nats.NatsConnection & {
  getServer(): string;
  close(): Promise<void>;
  closed(): Promise<Error | void>;
};

interface Library {
  connect(options: object): Promise<Connection>;
  credsAuthenticator(credentials: Uint8Array): unknown;
}

function library(): Library {
  try {
    return require('@nats-io/transport-node') as Library;
  } catch {
    throw new UsageError('this needs a package: npm install @nats-io/transport-node');
  }
}
