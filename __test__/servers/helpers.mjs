import http from 'node:http';
import net from 'node:net';
import { createRequire } from 'node:module';
import { onlyForkwire } from '../helpers/cases.mjs';
import { endWithTest, fixture } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { waitingFor } from '../helpers/waits.mjs';

export const { handOver, receiveConnections, peekServerName } = createRequire(import.meta.url)(
  '../../dist/index.js',
);

/** An HTTP server on the loopback until the test ends, with these listeners. */
export async function webServer(t, listeners, options = {}) {
  const server = http.createServer(options);
  for (const [event, listener] of Object.entries(listeners)) server.on(event, listener);
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** A client that writes on request and keeps everything it reads. */
export class Client {
  text = '';
  closed = false;

  static async to(t, server) {
    const socket = net.connect({ port: server.address().port, host: '127.0.0.1', allowHalfOpen: true });
    t.teardown(() => socket.destroy());
    await once(socket, 'connect');
    return new Client(socket);
  }

  constructor(socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (chunk) => (this.text += chunk));
    socket.on('end', () => socket.end());
    socket.on('close', () => (this.closed = true));
  }

  write(bytes) {
    this.socket.write(bytes, 'latin1');
    return this;
  }

  /** Resolves once what was read matches. */
  until(pattern) {
    const found = new Promise((resolve, reject) => {
      const look = () => {
        const there = pattern.test(this.text);
        if (!there && !this.closed) return;
        this.socket.off('data', look).off('close', look);
        if (there) resolve(this.text);
        else reject(new Error(`the connection closed after ${JSON.stringify(this.text)}`));
      };
      this.socket.on('data', look).on('close', look);
      look();
    });
    return waitingFor(`a client to read ${pattern}`, found);
  }

  /** Everything until the end. */
  async end() {
    this.socket.end();
    if (!this.closed) await once(this.socket, 'close');
    return this.text;
  }

  /** The bodies of `count` answers. */
  async answers(count) {
    const text = await this.until(new RegExp(`^(?:[^]*?\\{[^]*?\\}(?:\\r\\n0\\r\\n\\r\\n)?){${count}}`));
    return [...text.matchAll(/\{.*\}/g)].map(([json]) => JSON.parse(json));
  }
}

export const get = (url, more = '') => `GET ${url} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

export const outcome = (promise) =>
  promise.then(
    () => null,
    (error) => error.code,
  );

/**
 * A test on both wires: 'node' is also what a child has whose own end is Node's. `start(args)` starts a child that serves what it
 * is handed, or takes the one that the file's tests share.
 */
export const each = (title, body) => {
  onlyForkwire(`native wire: ${title}`, (t, { fork, share }) =>
    body(t, { start: (args) => (args === undefined ? share : fork)('servers/serve.cjs', args ?? []) }),
  );
  onlyForkwire(`Node's wire: ${title}`, (t, { forkUnbound }) =>
    body(t, {
      start: (args = []) => {
        const child = forkUnbound(fixture('servers/serve.cjs'), args, { wire: 'node' });
        endWithTest(t, child);
        return child;
      },
    }),
  );
};
